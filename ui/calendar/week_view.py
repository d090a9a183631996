"""The week: seven days from Monday on, with every slot and every post. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from ui.calendar.day_view import CalendarRows, Day, build_days, limit_cards
from ui.calendar.post_card import PostCard

DAYS: Final = 7
PER_ENTRY: Final = 6
PER_DAY: Final = 40


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days. `full_day`: the one that is shown without limits."""

    monday: date
    days: tuple[Day, ...]
    full_day: date | None = None

    @property
    def title(self) -> str:
        """23 - 29 November 2026."""
        return week_title(self.monday)

    @property
    def cards(self) -> list[PostCard]:
        """The cards shown."""
        return [each for day in self.days for each in day.cards]

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
    all_days = build_days(rows, monday, DAYS, zone_name, now)
    days = (
        each if each.date == full_day else limit_cards(each, PER_ENTRY, PER_DAY)
        for each in all_days
    )
    return Week(monday, tuple(days), full_day)
