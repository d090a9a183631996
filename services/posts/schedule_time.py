"""Parses `scheduledAt`: an instant with an offset, or a wall-clock time of a zone."""

from dataclasses import dataclass
from datetime import datetime

from models.organizations import SocialSettings
from scheduler.recurrence.dst_policy import GapPolicy, OverlapPolicy, resolve_local_time
from scheduler.recurrence.timezones import load_zone
from services.errors import invalid_field
from services.iso_8601 import parse_date, parse_date_time
from services.time_input import LAST_YEAR


@dataclass(frozen=True, slots=True)
class ScheduleTime:
    """When a post is to be published: the instant, and the wall-clock time that people meant."""

    at: datetime | None = None
    local_at: datetime | None = None


def resolve_schedule(
    scheduled_at: str | None, mode: str, zone_name: str, settings: SocialSettings, now: datetime
) -> ScheduleTime:
    """The time of a request in this publish mode; empty where the mode takes no time."""
    if mode not in ("draft", "schedule"):
        if scheduled_at:
            raise invalid_field(
                "scheduledAt",
                f'goes with publishMode "schedule" or "draft", not with "{mode}"; '
                "choose one of them, or leave it out",
            )
        return ScheduleTime()
    if not scheduled_at and mode == "draft":
        return ScheduleTime()
    if not scheduled_at:
        raise invalid_field("scheduledAt", f"is required for publishMode {mode!r}")
    at, local_at = parse_schedule_time(scheduled_at, zone_name, settings)
    if at <= now:
        raise invalid_field("scheduledAt", f"must lie in the future, not at {scheduled_at}")
    return ScheduleTime(at, local_at)


def parse_schedule_time(
    text: str,
    zone_name: str,
    settings: SocialSettings | None = None,
    field: str = "scheduledAt",
) -> tuple[datetime, datetime]:
    """The instant and the wall-clock time that a text means. Without an offset it is the zone's
    wall clock, with the settings' policies on clock changes. ValidationFailed names `field`."""
    gap = GapPolicy(settings.gap_policy) if settings else GapPolicy.FORWARD
    overlap = OverlapPolicy(settings.overlap_policy) if settings else OverlapPolicy.FIRST
    try:
        found = _parse(text, zone_name, gap, overlap)
    except (ValueError, OverflowError):
        raise invalid_field(field, _no_time_message(text)) from None
    if found is None:
        raise invalid_field(field, f"{zone_name} skipped {text}; its clock was put forward")
    if found[0].year > LAST_YEAR:  # a typing error; callers refuse the past
        raise invalid_field(field, f"must not lie after the year {LAST_YEAR}")
    return found


def _parse(
    text: str, zone_name: str, gap: GapPolicy, overlap: OverlapPolicy
) -> tuple[datetime, datetime] | None:
    """The instant and the wall-clock time; None for one that the zone's clock skipped."""
    written = parse_date_time(text)
    if written.tzinfo is not None:
        return written, written.astimezone(load_zone(zone_name)).replace(tzinfo=None)
    slot = resolve_local_time(written, zone_name, gap, overlap)
    return (slot.at, written) if slot else None


def _no_time_message(text: str) -> str:
    try:
        parse_date(text.strip())
    except ValueError:
        return f"must be a date and time such as 2026-05-01T15:00:00Z, not {text!r}"
    return f"{text!r} has no time of day; write it behind the date, such as 2026-05-01T15:00"
