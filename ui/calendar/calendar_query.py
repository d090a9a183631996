"""Which part of the calendar a visitor wants to see: read from a URL, and written to one."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Final

from fastapi import Depends, Query

from scheduler.recurrence.timezones import load_zone
from services.errors import invalid_field
from services.inputs.field_types import Text
from services.time_input import FIRST_YEAR, LAST_YEAR
from ui.filters.post_filter import NO_FILTER, PostFilter, parse_post_filter

VIEWS: Final = ("week", "month")
Short = Annotated[Text | None, Query(max_length=300)]


@dataclass(frozen=True, slots=True)
class CalendarQuery:
    """`day`: any day of the week or month; None for today. `full_day`: a day to show without limit.
    `filter`: which posts it shows."""

    view: str = "week"
    day: date | None = None
    full_day: date | None = None
    filter: PostFilter = NO_FILTER

    def with_day(self, now: datetime, zone_name: str) -> "CalendarQuery":
        """The same query with a day: today if it names none."""
        return replace(self, day=self.day or now.astimezone(load_zone(zone_name)).date())

    def url(self, path: str = "/", **changes: object) -> str:
        """The URL of this query, with some parameters changed; None leaves one out."""
        fields = {
            "view": self.view,
            "date": self.day,
            "all": self.full_day,
            **changes,
        }
        others = ((name, each or None) for name, each in fields.items())
        return f"{path}?{self.filter.query_string(*others)}"


def parse_calendar_query(
    view: Short = None,
    day: Annotated[Short, Query(alias="date")] = None,
    full_day: Annotated[Short, Query(alias="all")] = None,
    post_filter: Annotated[PostFilter, Depends(parse_post_filter)] = NO_FILTER,
) -> CalendarQuery:
    """Parse the query string; ValidationFailed names the parameter that is wrong."""
    if view not in (None, "", *VIEWS):
        raise invalid_field("view", f"must be week or month, not {view!r}")
    return CalendarQuery(
        view=view or "week",
        day=parse_date("date", day),
        full_day=parse_date("all", full_day),
        filter=post_filter,
    )


def parse_date(field: str, text: str | None) -> date | None:
    """The date of a parameter; ValidationFailed names it where it is none."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise invalid_field(field, f"must be a date such as 2026-05-04, not {text!r}") from None
    # One year less at each end, because a week or month may reach into the next year.
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise invalid_field(field, f"must lie in the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}")
    return day
