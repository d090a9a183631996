"""The slots of a rule within a range of time, as a list."""

from datetime import datetime
from itertools import takewhile

from scheduler.recurrence.occurrences import Rule, occurrences
from scheduler.recurrence.slots import Slot


def slots_between(rule: Rule, start: datetime, end: datetime) -> list[Slot]:
    """The slots after `start` and up to `end`."""
    return list(takewhile(lambda slot: slot.at <= end, occurrences(rule, start)))
