"""The month: full weeks from Monday on, with the first posts of each day. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ui.calendar.day_view import CalendarRows, Day, build_days
from ui.calendar.post_card import PostCard
from ui.calendar.week_view import DAYS, monday_of

PER_DAY: Final = 4


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A day and its first posts. `hidden`: how many more. `is_inside`: the day is of this month."""

    day: Day
    is_inside: bool
    cards: tuple[PostCard, ...]
    hidden: int


@dataclass(frozen=True, slots=True)
class Month:
    """All weeks that contain a day of the month."""

    first: date
    weeks: tuple[tuple[MonthCell, ...], ...]

    @property
    def title(self) -> str:
        """May 2026."""
        return f"{self.first:%B %Y}"

    @property
    def cards(self) -> list[PostCard]:
        """The cards shown."""
        return [each for row in self.weeks for cell in row for each in cell.cards]

    @property
    def earlier(self) -> date:
        """The first day of the month before."""
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def later(self) -> date:
        """The first day of the month after."""
        return first_of_next_month(self.first)


def first_of_next_month(first: date) -> date:
    """The first day of the next month."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def month_span(day: date) -> tuple[date, int]:
    """The Monday on which the first week of the month begins, and the number of days shown."""
    first = day.replace(day=1)
    start = monday_of(first)
    end = monday_of(first_of_next_month(first) - timedelta(days=1)) + timedelta(days=DAYS)
    return start, (end - start).days


def build_month(rows: CalendarRows, day: date, zone_name: str, now: datetime) -> Month:
    """The month of a date in a time zone, at the instant `now`."""
    first = day.replace(day=1)
    start, count = month_span(day)
    cells = [_build_cell(each, first) for each in build_days(rows, start, count, zone_name, now)]
    weeks = tuple(tuple(cells[each : each + DAYS]) for each in range(0, count, DAYS))
    return Month(first, weeks)


def _build_cell(day: Day, first: date) -> MonthCell:
    cards = tuple(day.cards)
    is_inside = (day.date.year, day.date.month) == (first.year, first.month)
    return MonthCell(day, is_inside, cards[:PER_DAY], max(len(cards) - PER_DAY, 0))
