"""Blackouts: local dates on which no slot opens. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from operator import itemgetter


@dataclass(frozen=True, slots=True)
class Blackouts:
    """Ranges of local dates, both ends included, sorted and apart from each other. A slot's date is
    the one in its own zone."""

    ranges: tuple[tuple[date, date], ...] = ()

    def covers(self, local: datetime) -> bool:
        """Whether a local time is on one of the dates."""
        return self.last_day_of_range(local.date()) is not None

    def end_of_range(self, local: datetime) -> datetime | None:
        """The midnight after the range that covers a local time; None in the year 9999."""
        last = self.last_day_of_range(local.date())
        if last is None or last == date.max:
            return None
        return datetime.combine(last, time()) + timedelta(days=1)

    def open_week(self, day: date) -> date | None:
        """The first date at or after `day`, a whole number of weeks later, that is on no range;
        None after the year 9999."""
        return _open_week(self, day)

    def last_day_of_range(self, day: date) -> date | None:
        """The last day of the range that covers a day; None where none does."""
        index = bisect_right(self.ranges, day, key=itemgetter(0)) - 1
        return self.ranges[index][1] if index >= 0 and day <= self.ranges[index][1] else None


# Thousands of rules ask for the same few dates.
@lru_cache(maxsize=1_024)
def _open_week(blackouts: Blackouts, day: date) -> date | None:
    while (last := blackouts.last_day_of_range(day)) is not None:
        weeks = (last - day).days // 7 + 1
        if day > date.max - timedelta(weeks=weeks):
            return None
        day += timedelta(weeks=weeks)
    return day


NO_BLACKOUTS = Blackouts()


def parse_ranges(ranges: Iterable[Sequence[str]] | None) -> Blackouts:
    """Blackouts from stored pairs of ISO dates; ranges that touch are one, skipped at once."""
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
