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
    """Seven days. `whole` is the one of which nothing is left out."""

    monday: date
    days: tuple[Day, ...]
    full_day: date | None = None

    @property
    def title(self) -> str:
        """4 to 10 May 2026, with as much of the first date as differs."""
        last = self.monday + timedelta(days=DAYS - 1)
        first = f"{self.monday.day}"
        if self.monday.month != last.month:
            first += f" {self.monday:%B}"
        if self.monday.year != last.year:
            first += f" {self.monday:%Y}"
        return f"{first} to {last.day} {last:%B %Y}"

    @property
    def cards(self) -> list[PostCard]:
        """The cards that are shown."""
        return [each for day in self.days for each in day.cards]

    @property
    def earlier(self) -> date:
        """A day of the week before."""
        return self.monday - timedelta(days=DAYS)

    @property
    def later(self) -> date:
        """A day of the week after."""
        return self.monday + timedelta(days=DAYS)


def monday_of(day: date) -> date:
    """The Monday of a date's week."""
    return day - timedelta(days=day.weekday())


def build_week(
    found: CalendarRows, monday: date, zone_name: str, now: datetime, whole: date | None = None
) -> Week:
    """The week from this Monday on, in a zone, as of now."""
    all_days = build_days(found, monday, DAYS, zone_name, now)
    shown = (
        each if each.date == whole else limit_cards(each, PER_ENTRY, PER_DAY) for each in all_days
    )
    return Week(monday, tuple(shown), whole)
