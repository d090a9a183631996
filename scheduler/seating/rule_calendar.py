"""The slots of an organization's active rules, without those on blackout dates."""

from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from models.organizations import SocialSettings
from models.queue_slots import QueueSlot
from models.store.queue import queue_slots
from models.store.queue.queue_slots import ActiveRule, QueueState
from scheduler.recurrence import blackouts
from scheduler.recurrence.occurrences import Rule, build_rule, next_slot
from scheduler.recurrence.upcoming import QueueRule, RuleSlot, upcoming_slots
from scheduler.seating.search_memory import MAX_INSTANT, calendar_fingerprint

# Besides the rules, these settings decide which post may get which seat.
SEAT_DECIDING_SETTINGS = (
    "is_paused",
    "blackouts",
    "max_posts_per_slot",
    "max_shorts_per_week",
    "max_shorts_of_same_video",
    "default_timezone",
)


def rule_from_row(row: QueueSlot | ActiveRule) -> Rule:
    """The pure rule of a queue slot's row."""
    return build_rule(row.rule, row.timezone, row.gap_policy, row.overlap_policy)


class RuleCalendar:
    """An organization's active rules and blackouts; a paused queue has no
    slots, and neither has an organization that the operator has switched off.

    `fingerprint` changes with everything that decides which post may get which seat. `state`: what
    the same query said of the queue.
    """

    def __init__(self, session: Session, settings: SocialSettings) -> None:
        owner = settings.organization_id
        is_stopped = settings.is_paused or settings.suspended_at is not None
        self.state = QueueState([]) if is_stopped else queue_slots.load_state(session, owner)
        rows = self.state.rules
        self._rules = [QueueRule(row.id, rule_from_row(row)) for row in rows]
        self._blackouts = blackouts.parse_ranges(settings.blackouts)
        self.fingerprint = calendar_fingerprint(
            rows, *(getattr(settings, name) for name in SEAT_DECIDING_SETTINGS)
        )

    def rule_slots(self, after: datetime, until: datetime) -> Iterator[RuleSlot]:
        """The slots after one instant and up to another, in order of time."""
        return upcoming_slots(self._rules, after, until, self._blackouts)

    def first_beyond(self, until: datetime) -> datetime:
        """The first slot after an instant; it may be on a blackout date."""
        slots = (next_slot(each.rule, until) for each in self._rules)
        return min((slot.at for slot in slots if slot is not None), default=MAX_INSTANT)
