"""The slots of all of an organization's rules, in the order of their instants. Pure."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scheduler.blackouts import NONE, Blackouts
from scheduler.occurrences import Rule, following, occurrences
from scheduler.slots import Slot


@dataclass(frozen=True, slots=True)
class QueueRule:
    """A rule with the id of its queue slot."""

    id: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Opening:
    """A slot of a queue slot."""

    queue_slot_id: int
    zone: str
    slot: Slot


def upcoming(
    rules: Sequence[QueueRule], after: datetime, until: datetime, closed: Blackouts = NONE
) -> Iterator[Opening]:
    """The slots after an instant and up to another, without those on blackout dates."""
    streams = [_openings(each, after) for each in rules]
    for opening in heapq.merge(*streams, key=_order):
        if opening.slot.at > until:
            return
        if not closed.cover(opening.slot.local):
            yield opening


def _openings(queue_rule: QueueRule, after: datetime) -> Iterator[Opening]:
    for slot in occurrences(queue_rule.rule, after):
        yield Opening(queue_rule.id, queue_rule.rule.zone, slot)


def _order(opening: Opening) -> tuple[datetime, int, datetime]:
    return opening.slot.at, opening.queue_slot_id, opening.slot.local


def following_open(rule: Rule, slot: Slot, closed: Blackouts) -> Slot | None:
    """The next slot of a rule that no blackout covers; None when there is none any more.

    A blackout is jumped over whole, however long it is.
    """
    after = following(rule, slot)
    while after is not None and closed.cover(after.local):
        over = closed.over_at(after.local)
        if over is None:
            return None
        # Two days earlier: the midnight is the rule's, and no zone is further from UTC.
        since = over.replace(tzinfo=UTC) - timedelta(days=2)
        later = (each for each in occurrences(rule, since) if each.local >= over)
        after = next(later, None)
    return after
