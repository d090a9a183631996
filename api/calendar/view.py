"""The calendar of a stretch of time: its slots with their seats, its posts, and what to know."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlmodel import Session

from api import answers
from api.calendar.ranges import Stretch
from api.errors import wrong
from api.posts.listing import shown
from models.organizations import SocialSettings
from models.slots import QueueSlot
from models.store import agenda, listing, queue_slots, seats
from models.store.agenda import SlotRow
from models.vault import Cipher
from scheduler import blackouts
from scheduler.calendar import rule_of
from scheduler.clock_changes import ClockChange, clock_changes
from scheduler.slots import Note, resolve
from scheduler.upcoming import QueueRule, upcoming

MOST_SLOTS = 5_000
INSTANT = timedelta(microseconds=1)


@dataclass(slots=True)
class Planned:
    """A slot of a rule: its instant, whether seats may still be taken, and who has one."""

    row: QueueSlot
    local: datetime
    at: datetime
    is_open: bool = False
    posts: list[str] = field(default_factory=list)


def view(
    session: Session,
    vault: Cipher,
    organization_id: str,
    asked: Stretch,
    now: datetime,
    *,
    origin: str = "",
) -> dict[str, Any]:
    """The answer to GET calendar; Invalid where the stretch holds too many slots."""
    settings = seats.read_settings(session, organization_id)
    rules = queue_slots.list_all(session, organization_id)
    slots = planned(session, settings, rules, asked, now)
    posts = listing.list_between(session, organization_id, asked.start, asked.end)
    return {
        "timezone": asked.zone,
        "from": answers.instant(asked.start),
        "to": answers.instant(asked.end),
        "slots": [_slot(each, settings.max_posts_per_slot) for each in slots],
        "posts": shown(session, vault, posts, origin=origin),
        "backlog": agenda.count_backlog(session, organization_id),
        "clockChanges": [shown_change(each) for each in changes(rules, asked)],
        "isPaused": settings.is_paused,
        "blackouts": _blackouts(settings, asked),
    }


def planned(
    session: Session,
    settings: SocialSettings,
    rules: Sequence[QueueSlot],
    asked: Stretch,
    now: datetime,
) -> list[Planned]:
    """The slots of a stretch, in order. Those that are over are the ones that were opened; those
    ahead follow from the rules in force. A slot in which somebody sits is there in any case."""
    owner, start, end = settings.organization_id, asked.start, asked.end
    over = agenda.list_firings(session, owner, start, min(end, now), MOST_SLOTS + 1)
    ahead = list(islice(_ahead(settings, rules, asked, now), MOST_SLOTS + 1))
    if len(over) + len(ahead) > MOST_SLOTS:
        raise wrong("to", f"from and to hold more than {MOST_SLOTS} slots; ask for less")
    taken = agenda.list_seats(session, owner, start, end)
    return _together({row.id or 0: row for row in rules}, over, ahead, taken)


def _ahead(
    settings: SocialSettings, rules: Iterable[QueueSlot], asked: Stretch, now: datetime
) -> Iterator[SlotRow]:
    pure = [QueueRule(row.id or 0, rule_of(row)) for row in rules if row.is_active]
    closed = blackouts.parse(settings.blackouts)
    since = max(asked.start - INSTANT, now)
    for each in upcoming(pure, since, asked.end - INSTANT, closed):
        yield SlotRow(each.queue_slot_id, each.slot.local, each.slot.at)


def _together(
    rows: dict[int, QueueSlot], over: list[SlotRow], ahead: list[SlotRow], taken: list[SlotRow]
) -> list[Planned]:
    found: dict[tuple[int, datetime], Planned] = {}
    for each in (*over, *ahead, *taken):
        key = each.queue_slot_id, each.local_at
        slot = found.setdefault(key, Planned(rows[each.queue_slot_id], each.local_at, each.slot_at))
        if each.post_id is not None:
            slot.at = each.slot_at  # where posts sit, their instant counts
            slot.posts.append(each.post_id)
    for each in ahead:
        found[each.queue_slot_id, each.local_at].is_open = True
    return sorted(found.values(), key=lambda slot: (slot.at, slot.row.id or 0, slot.local))


def _slot(slot: Planned, per_slot: int) -> dict[str, Any]:
    taken = len(slot.posts)
    return {
        "at": answers.instant(slot.at),
        "local": slot.local.isoformat(timespec="seconds"),
        "timezone": slot.row.timezone,
        "queueSlot": answers.queue_slot(slot.row),
        "seats": {
            "total": max(per_slot, taken),
            "taken": taken,
            "free": max(per_slot - taken, 0) if slot.is_open else 0,
        },
        "posts": slot.posts,
        "note": note_of(slot),
    }


def note_of(slot: Planned) -> Note | None:
    """Whether a clock change moves the slot, where posts have not moved since."""
    rule = rule_of(slot.row)
    meant = resolve(slot.local, rule.zone, rule.gap, rule.overlap)
    return meant.note if meant and meant.at == slot.at else None


def changes(rules: Iterable[QueueSlot], asked: Stretch) -> list[ClockChange]:
    """Of the zone that is asked for, and of those in which slots are."""
    zones = {asked.zone, *(row.timezone for row in rules if row.is_active)}
    found = [each for name in zones for each in clock_changes(name, asked.start, asked.end)]
    return sorted(found, key=lambda each: (each.at, each.zone))


def shown_change(change: ClockChange) -> dict[str, Any]:
    """A clock change with a sentence about it."""
    naive = change.at.replace(tzinfo=None)
    before, after = (f"{naive + offset:%H:%M}" for offset in (change.before, change.after))
    if change.after > change.before:
        moves, gone = "forward", f"from {before} to just before {after} do not exist"
    else:
        moves, gone = "back", f"from {after} to just before {before} come twice"
    return {
        "at": answers.instant(change.at),
        "timezone": change.zone,
        "from": _offset(change.before),
        "to": _offset(change.after),
        "note": f"In {change.zone} the clocks go {moves} from {before} to {after}: "
        f"readings {gone}.",
    }


def _offset(offset: timedelta) -> str:
    minutes = round(offset / timedelta(minutes=1))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _blackouts(settings: SocialSettings, asked: Stretch) -> list[dict[str, str]]:
    """Those that touch the stretch's dates, whole."""
    first, last = (day.isoformat() for day in asked.dates)
    pairs = settings.blackouts or []
    return [
        {"from": pair[0], "to": pair[1]} for pair in pairs if pair[0] <= last and pair[1] >= first
    ]
