"""Blackouts: local dates on which no slot opens. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class Blackouts:
    """Ranges of local dates, both ends included. A slot's date is the one in its own zone."""

    ranges: tuple[tuple[date, date], ...] = ()

    def covers(self, local: datetime) -> bool:
        """Whether a local time is on one of the dates."""
        day = local.date()
        return any(first <= day <= last for first, last in self.ranges)

    def end_of_range(self, local: datetime) -> datetime | None:
        """The midnight after the range that covers a local time; None in the year 9999."""
        last = max(last for first, last in self.ranges if first <= local.date() <= last)
        return datetime.combine(last, time()) + timedelta(days=1) if last < date.max else None


NO_BLACKOUTS = Blackouts()


def parse_ranges(ranges: Iterable[Sequence[str]] | None) -> Blackouts:
    """Blackouts from stored pairs of ISO dates; ranges that touch are made one."""
    if not ranges:
        return NO_BLACKOUTS
    pairs = sorted((date.fromisoformat(pair[0]), date.fromisoformat(pair[1])) for pair in ranges)
    merged = [pairs[0]]
    for first, last in pairs[1:]:
        begin, end = merged[-1]
        if first.toordinal() <= end.toordinal() + 1:
            merged[-1] = begin, max(end, last)
        else:
            merged.append((first, last))
    return Blackouts(tuple(merged))
