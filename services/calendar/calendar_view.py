"""The calendar of a time range: slots with their seats, posts, clock changes and blackouts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlmodel import Session

from models.encryption import Cipher
from models.organizations import SocialSettings
from models.queue_slots import QueueSlot
from models.store.posts import post_queries
from models.store.queue import backlog, calendar_range, queue_slots
from models.store.queue.calendar_range import SlotRow
from models.store.tenants import social_settings
from scheduler.recurrence import blackouts
from scheduler.recurrence.dst_changes import DstChange, find_dst_changes
from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.slots import DstNote
from scheduler.recurrence.upcoming import QueueRule, upcoming_slots
from scheduler.seating.rule_calendar import rule_from_row
from services import presenters
from services.calendar.time_range import TimeRange
from services.errors import invalid_field
from services.posts.list_posts import present_posts

MAX_SLOTS = 5_000
MAX_POSTS = 5_000
MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class PlannedSlot:
    """A slot of a rule: its local time, its instant, and the ids of the posts seated in it.

    `is_open`: the slot lies ahead and its rule is active, so posts may still be seated.
    """

    row: QueueSlot
    local: datetime
    at: datetime
    is_open: bool = False
    posts: list[str] = field(default_factory=list)


def load_calendar_view(
    session: Session,
    cipher: Cipher,
    organization_id: str,
    time_range: TimeRange,
    now: datetime,
    *,
    origin: str = "",
) -> dict[str, Any]:
    """The answer to GET calendar; ValidationFailed where the range has too many slots or
    posts.

    `origin` begins the links to uploaded files; without it they are paths.
    """
    settings = social_settings.read_settings(session, organization_id)
    rules = queue_slots.list_all(session, organization_id)
    slots = load_slots(session, settings, rules, time_range, now)
    start, end = time_range.start, time_range.end
    posts = post_queries.list_between(session, organization_id, start, end, MAX_POSTS + 1)
    if len(posts) > MAX_POSTS:
        raise invalid_field("to", f"from and to hold more than {MAX_POSTS} posts; ask for less")
    return {
        "timezone": time_range.zone,
        "from": presenters.format_instant(time_range.start),
        "to": presenters.format_instant(time_range.end),
        "slots": [_present_slot(each, settings.max_posts_per_slot) for each in slots],
        "posts": present_posts(session, cipher, posts, origin=origin),
        "backlog": backlog.count(session, organization_id),
        "clockChanges": [present_dst_change(each) for each in list_dst_changes(rules, time_range)],
        "isPaused": settings.is_paused,
        "blackouts": _present_blackouts(settings, time_range),
    }


def load_slots(
    session: Session,
    settings: SocialSettings,
    rules: Sequence[QueueSlot],
    time_range: TimeRange,
    now: datetime,
) -> list[PlannedSlot]:
    """The slots of a time range, by instant. Past slots are the stored firings; future slots are
    computed from the active rules. A slot with a seated post is always included."""
    owner, start, end = settings.organization_id, time_range.start, time_range.end
    past = calendar_range.list_firings(session, owner, start, min(end, now), MAX_SLOTS + 1)
    future = list(islice(_future_slots(settings, rules, time_range, now), MAX_SLOTS + 1))
    if len(past) + len(future) > MAX_SLOTS:
        raise invalid_field("to", f"from and to hold more than {MAX_SLOTS} slots; ask for less")
    taken = calendar_range.list_seats(session, owner, start, end)
    return _merge_slots({row.id or 0: row for row in rules}, past, future, taken)


def _future_slots(
    settings: SocialSettings, rules: Iterable[QueueSlot], time_range: TimeRange, now: datetime
) -> Iterator[SlotRow]:
    active = [QueueRule(row.id or 0, rule_from_row(row)) for row in rules if row.is_active]
    blackout_dates = blackouts.parse_ranges(settings.blackouts)
    since = max(time_range.start - MICROSECOND, now)
    for each in upcoming_slots(active, since, time_range.end - MICROSECOND, blackout_dates):
        yield SlotRow(each.queue_slot_id, each.slot.local, each.slot.at)


def _merge_slots(
    rows: dict[int, QueueSlot], past: list[SlotRow], future: list[SlotRow], taken: list[SlotRow]
) -> list[PlannedSlot]:
    slots: dict[tuple[int, datetime], PlannedSlot] = {}
    for each in (*past, *future, *taken):
        key = each.queue_slot_id, each.local_at
        slot = slots.setdefault(
            key, PlannedSlot(rows[each.queue_slot_id], each.local_at, each.slot_at)
        )
        if each.post_id is not None:
            slot.at = each.slot_at  # the seated posts' instant wins over the computed one
            slot.posts.append(each.post_id)
    for each in future:
        slots[each.queue_slot_id, each.local_at].is_open = True
    return sorted(slots.values(), key=lambda slot: (slot.at, slot.row.id or 0, slot.local))


def _present_slot(slot: PlannedSlot, per_slot: int) -> dict[str, Any]:
    taken = len(slot.posts)
    return {
        "at": presenters.format_instant(slot.at),
        "local": slot.local.isoformat(timespec="seconds"),
        "timezone": slot.row.timezone,
        "queueSlot": presenters.present_queue_slot(slot.row),
        "seats": {
            "total": max(per_slot, taken),
            "taken": taken,
            "free": max(per_slot - taken, 0) if slot.is_open else 0,
        },
        "posts": slot.posts,
        "note": dst_note(slot),
    }


def dst_note(slot: PlannedSlot) -> DstNote | None:
    """The note on a slot that a clock change moves; None where its posts were replanned since."""
    rule = rule_from_row(slot.row)
    resolved = resolve_local_time(slot.local, rule.zone, rule.gap, rule.overlap)
    return resolved.note if resolved and resolved.at == slot.at else None


def list_dst_changes(rules: Iterable[QueueSlot], time_range: TimeRange) -> list[DstChange]:
    """The clock changes within the range, of the requested zone and of every active rule's zone."""
    zones = {time_range.zone, *(row.timezone for row in rules if row.is_active)}
    changes = [
        each for name in zones for each in find_dst_changes(name, time_range.start, time_range.end)
    ]
    return sorted(changes, key=lambda each: (each.at, each.zone))


def present_dst_change(change: DstChange) -> dict[str, Any]:
    """A clock change, with a sentence for people."""
    naive = change.at.replace(tzinfo=None)
    before, after = (f"{naive + offset:%H:%M}" for offset in (change.before, change.after))
    if change.after > change.before:
        direction, effect = "forward", f"from {before} to just before {after} do not exist"
    else:
        direction, effect = "back", f"from {after} to just before {before} come twice"
    return {
        "at": presenters.format_instant(change.at),
        "timezone": change.zone,
        "from": _format_offset(change.before),
        "to": _format_offset(change.after),
        "note": f"In {change.zone} the clocks go {direction} from {before} to {after}: "
        f"readings {effect}.",
    }


def _format_offset(offset: timedelta) -> str:
    minutes = round(offset / timedelta(minutes=1))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _present_blackouts(settings: SocialSettings, time_range: TimeRange) -> list[dict[str, str]]:
    """The blackouts that overlap the range, in full length."""
    first, last = (day.isoformat() for day in time_range.dates)
    pairs = settings.blackouts or []
    return [
        {"from": pair[0], "to": pair[1]} for pair in pairs if pair[0] <= last and pair[1] >= first
    ]
