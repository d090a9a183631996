"""The week: seven days from Monday on, with times as rows that line up across the days. Pure.

A row is a time at which the queue has a slot in this week, or an hour: posts with an instant of
their own are in the row of the last slot of their hour, and their cards show the minute.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from scheduler.recurrence.timezones import load_zone
from ui.calendar.day_view import CalendarRows, Day, TimeEntry, build_days
from ui.calendar.post_card import PostCard

DAYS: Final = 7
# So many posts, and so many times, of a cell are shown; fewer where the week has very many posts.
PER_CELL: Final = 4
PER_CELL_OF_MANY: Final = 2
MANY: Final = 300
# With more times than this, the rows are hours alone.
MAX_SLOT_ROWS: Final = 24


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A time of the day. `now`: the present time, on the row before which the line of now is."""

    at: time
    now: time | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one day has in one row. `hidden`: the number of posts left out."""

    entries: tuple[TimeEntry, ...] = ()
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class WeekDay:
    """A day, and its cells by row."""

    day: Day
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days. `full_day`: the one that is shown without limits. `now_after`: the present time,
    where it is later than every row of this week."""

    monday: date
    days: tuple[WeekDay, ...]
    rows: tuple[TimeRow, ...] = ()
    full_day: date | None = None
    now_after: time | None = None

    @property
    def title(self) -> str:
        """23 - 29 November 2026."""
        return week_title(self.monday)

    @property
    def cards(self) -> list[PostCard]:
        """The cards shown."""
        cells = (cell for each in self.days for cell in each.cells)
        return [card for cell in cells for entry in cell.entries for card in entry.cards]

    @property
    def earlier(self) -> date:
        """The Monday of the week before."""
        return self.monday - timedelta(days=DAYS)

    @property
    def later(self) -> date:
        """The Monday of the week after."""
        return self.monday + timedelta(days=DAYS)


def week_title(monday: date) -> str:
    """`4 – 10 May 2026`; the first date without what it shares with the last."""  # noqa: RUF002
    last = monday + timedelta(days=DAYS - 1)
    first = f"{monday.day}"
    if monday.month != last.month:
        first += f" {monday:%B}"
    if monday.year != last.year:
        first += f" {monday:%Y}"
    return f"{first} \N{EN DASH} {last.day} {last:%B %Y}"


def monday_of(day: date) -> date:
    """The Monday of a date's week."""
    return day - timedelta(days=day.weekday())


def build_week(
    rows: CalendarRows, monday: date, zone_name: str, now: datetime, full_day: date | None = None
) -> Week:
    """The week from this Monday on in a time zone, at the instant `now`."""
    days = build_days(rows, monday, DAYS, zone_name, now)
    most = PER_CELL if sum(each.posts for each in days) <= MANY else PER_CELL_OF_MANY
    grid = _Grid.of(days, zone_name)
    present = now.astimezone(load_zone(zone_name)).time().replace(second=0, microsecond=0)
    is_now_here = any(each.is_today for each in days)
    before = next((at for at in grid.times if at > present), None) if is_now_here else None
    return Week(
        monday=monday,
        days=tuple(
            WeekDay(day, grid.cells_of(day, None if day.date == full_day else most)) for day in days
        ),
        rows=tuple(TimeRow(at, present if at == before else None) for at in grid.times),
        full_day=full_day,
        now_after=present if is_now_here and before is None else None,
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """The rows of a week, and which row an entry is in."""

    zone_name: str
    slot_times: frozenset[time]
    times: tuple[time, ...] = ()

    @classmethod
    def of(cls, days: Collection[Day], zone_name: str) -> "_Grid":
        """The rows that these days need."""
        entries = [entry for day in days for entry in day.entries]
        slots = {_minute(entry, zone_name) for entry in entries if entry.seats}
        bare = cls(zone_name, frozenset(slots if len(slots) <= MAX_SLOT_ROWS else ()))
        return replace(bare, times=tuple(sorted({bare.row_of(entry) for entry in entries})))

    def row_of(self, entry: TimeEntry) -> time:
        """The row of an entry: the last slot of the week in its hour, else the hour."""
        minute = _minute(entry, self.zone_name)
        hour = minute.replace(minute=0)
        return max((at for at in self.slot_times if hour <= at <= minute), default=hour)

    def cells_of(self, day: Day, most: int | None) -> tuple[Cell, ...]:
        """The entries of a day by row, in each at most so many."""
        by_row: dict[time, list[TimeEntry]] = {at: [] for at in self.times}
        for entry in day.entries:
            by_row[self.row_of(entry)].append(entry)
        return tuple(_limit(entries, most) for entries in by_row.values())


def _minute(entry: TimeEntry, zone_name: str) -> time:
    return entry.at.astimezone(load_zone(zone_name)).time().replace(second=0, microsecond=0)


def _limit(entries: Sequence[TimeEntry], most: int | None) -> Cell:
    """A cell with at most so many entries, and so many cards in all of them."""
    posts = sum(len(each.cards) for each in entries)
    if most is None:
        return Cell(tuple(entries))
    shown: list[TimeEntry] = []
    left = most
    for entry in entries[:most]:
        cards = entry.cards[:left]
        left -= len(cards)
        shown.append(replace(entry, cards=cards))
    return Cell(tuple(shown), posts - (most - left))
