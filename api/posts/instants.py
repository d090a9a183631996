"""The instant that a request means: with an offset as it is, else by a zone's wall clock."""

from dataclasses import dataclass
from datetime import datetime

from api.errors import wrong
from models.organizations import SocialSettings
from scheduler.slots import Gap, Overlap, resolve
from scheduler.zones import UnknownZone, zone


@dataclass(frozen=True, slots=True)
class Timing:
    """When a post is meant to go out: the instant, and the wall clock that the person meant."""

    at: datetime | None = None
    local_at: datetime | None = None


def zone_name(name: str) -> str:
    """The zone's own spelling of its name; Invalid when there is none of that name."""
    try:
        return zone(name).key
    except UnknownZone as error:
        raise wrong("timezone", str(error)) from None


def timing(
    scheduled_at: str | None, mode: str, zone_name: str, settings: SocialSettings, now: datetime
) -> Timing:
    """What `scheduledAt` means in this publish mode, empty where the mode uses none."""
    if mode not in ("draft", "schedule"):
        if scheduled_at:
            raise wrong("scheduledAt", f"does not go with publishMode {mode!r}")
        return Timing()
    if not scheduled_at:
        raise wrong("scheduledAt", f"is required for publishMode {mode!r}")
    at, local_at = when(scheduled_at, zone_name, settings)
    if at <= now:
        raise wrong("scheduledAt", f"must lie in the future, not at {scheduled_at}")
    return Timing(at, local_at)


def when(
    text: str,
    zone_name: str,
    settings: SocialSettings | None = None,
    field: str = "scheduledAt",
) -> tuple[datetime, datetime]:
    """The instant that a person wrote: with an offset as it is, else by the zone's wall clock,
    with the settings' policies on clock changes."""
    gap = Gap(settings.gap_policy) if settings else Gap.FORWARD
    overlap = Overlap(settings.overlap_policy) if settings else Overlap.FIRST
    try:
        written = datetime.fromisoformat(text)
        if written.tzinfo is not None:
            return written, written.astimezone(zone(zone_name)).replace(tzinfo=None)
        slot = resolve(written, zone_name, gap, overlap)
    except (ValueError, OverflowError):
        raise wrong(
            field, f"must be a date and time such as 2026-05-01T15:00:00Z, not {text!r}"
        ) from None
    if slot is None:
        raise wrong(field, f"{zone_name} skipped {text}; its clock was put forward")
    return slot.at, written
