"""Re-plans the queue: moves posts whose slot was removed or changed to slots of today's rules.

A change of the rules moves no post, because people know its instant. Re-planning does, when a
person asks for it: after changed rules, or after a new `tzdata`, where posts keep their local time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.organizations import SocialSettings
from models.queue_slots import QueueSlot
from models.store.queue import queue_slots, seat_moves
from models.store.queue.seat_moves import SeatedPost
from scheduler.recurrence import blackouts
from scheduler.recurrence.blackouts import Blackouts
from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.slots import opens_at
from scheduler.seating.free_seats import find_free_seats
from scheduler.seating.replace_rules import set_next_slots
from scheduler.seating.rule_calendar import rule_from_row
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.seat_backlog import placement_of, seat_backlog
from scheduler.seating.stored_search_memory import reset_search_memory


@dataclass(frozen=True, slots=True)
class ReplannedPost:
    """A post that moved from one instant to another; `after` None: no seat is free for it."""

    post_id: str
    before: datetime
    after: datetime | None
    why: str


def replan_queue(
    session: Session, settings: SocialSettings, now: datetime, scheduling: SchedulingConfig
) -> list[ReplannedPost]:
    """Move the posts that must move, in the order of their slots; returns the moves.

    `settings` must be the locked row. Posts that are scheduled at the provider already keep their
    instant. For a preview, the caller rolls the transaction back.
    """
    rows = {row.id: row for row in queue_slots.list_all(session, settings.organization_id)}
    set_next_slots(
        session, settings, [r for r in rows.values() if r.is_active], now, scheduling.lead_time
    )
    blackout_dates = blackouts.parse_ranges(settings.blackouts)
    seated = seat_moves.lock_movable(session, settings.organization_id, now)
    reset_search_memory(session, settings)
    moves = list(_keep_local_times(session, seated, rows, blackout_dates, now, scheduling))
    displaced = [each for each in seated if _displacement_reason(each, rows, blackout_dates)]
    return moves + _reseat(session, settings, displaced, rows, blackout_dates, now, scheduling)


def _displacement_reason(
    seated: SeatedPost, rows: dict[int | None, QueueSlot], blackout_dates: Blackouts
) -> str | None:
    """Why a post cannot keep its slot; None when it can."""
    row = rows[seated.queue_slot_id]
    if not row.is_active:
        return "its rule was removed"
    if blackout_dates.covers(seated.local_at):
        return "a blackout covers its date"
    return None if _current_instant(seated, rule_from_row(row)) else "its slot no longer exists"


def _current_instant(seated: SeatedPost, rule: Rule) -> datetime | None:
    slot = resolve_local_time(seated.local_at, rule.zone, rule.gap, rule.overlap)
    return slot.at if slot else None


def _keep_local_times(
    session: Session,
    seated: Sequence[SeatedPost],
    rows: dict[int | None, QueueSlot],
    blackout_dates: Blackouts,
    now: datetime,
    scheduling: SchedulingConfig,
) -> Iterator[ReplannedPost]:
    """Keep the local time of slots whose instant has changed, for example by a new `tzdata`."""
    for each in seated:
        row = rows[each.queue_slot_id]
        instant = _current_instant(each, rule_from_row(row))
        if (
            _displacement_reason(each, rows, blackout_dates)
            or instant is None
            or instant == each.slot_at
        ):
            continue
        opens = opens_at(instant, scheduling.lead_time, each.queue_slot_id)
        seat_moves.shift_instant(session, each.post_id, instant, opens, now)
        yield ReplannedPost(each.post_id, each.slot_at, instant, "its zone's clock changed")


def _reseat(
    session: Session,
    settings: SocialSettings,
    displaced: Sequence[SeatedPost],
    rows: dict[int | None, QueueSlot],
    blackout_dates: Blackouts,
    now: datetime,
    scheduling: SchedulingConfig,
) -> list[ReplannedPost]:
    """Give the displaced posts the first free seats, in the order of their old slots."""
    seat_moves.release_for_move(session, [each.post_id for each in displaced])
    pairs = list(zip(displaced, find_free_seats(session, settings, now, scheduling), strict=False))
    placed = [placement_of(each.post_id, seat, scheduling.lead_time) for each, seat in pairs]
    seat_moves.reseat(session, settings.organization_id, placed, now)
    unplaced = displaced[len(placed) :]
    seat_moves.return_to_backlog(session, [each.post_id for each in unplaced], now)
    seat_backlog(session, settings, now, scheduling)
    after = [placement.slot_at for placement in placed] + [None] * len(unplaced)
    return [
        ReplannedPost(
            each.post_id,
            each.slot_at,
            instant,
            _displacement_reason(each, rows, blackout_dates) or "",
        )
        for each, instant in zip(displaced, after, strict=True)
    ]
