"""Which part of the calendar a visitor wants to see, read from an address and written to one."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query

from scheduler.recurrence.timezones import load_zone
from services.errors import invalid_field
from services.inputs.field_types import Text
from services.time_input import FIRST_YEAR, LAST_YEAR
from ui.calendar import side_lists

VIEWS: Final = ("week", "month")
Short = Annotated[Text | None, Query(max_length=300)]


@dataclass(frozen=True, slots=True)
class CalendarQuery:
    """`day` lies in the week or the month; None for today's. `whole` is a day to show all of;
    `after` turns a page of the list with the key `list`."""

    view: str = "week"
    day: date | None = None
    full_day: date | None = None
    list: str | None = None
    after: str | None = None

    def with_day(self, now: datetime, zone_name: str) -> "CalendarQuery":
        """The same with a day, which is today's where none was named."""
        return replace(self, day=self.day or now.astimezone(load_zone(zone_name)).date())

    def url(self, path: str = "/", **changes: object) -> str:
        """Where this is to be seen, with other values for some of its fields."""
        fields = {
            "view": self.view,
            "date": self.day,
            "all": self.full_day,
            "list": self.list,
            "after": self.after,
            **changes,
        }
        return f"{path}?{urlencode({name: str(each) for name, each in fields.items() if each})}"


def parse_calendar_query(
    view: Short = None,
    day: Annotated[Short, Query(alias="date")] = None,
    whole: Annotated[Short, Query(alias="all")] = None,
    named: Annotated[Short, Query(alias="list")] = None,
    after: Short = None,
) -> CalendarQuery:
    """What the query says; Invalid where it makes no sense."""
    if view not in (None, "", *VIEWS):
        raise invalid_field("view", f"must be week or month, not {view!r}")
    if named and named not in side_lists.LIST_KEYS:
        raise invalid_field(
            "list", f"must be one of {', '.join(side_lists.LIST_KEYS)}, not {named!r}"
        )
    return CalendarQuery(
        view=view or "week",
        day=_parse_date("date", day),
        full_day=_parse_date("all", whole),
        list=named or None,
        after=(after or None) if named else None,
    )


def _parse_date(field: str, written: str | None) -> date | None:
    if not written:
        return None
    try:
        found = date.fromisoformat(written)
    except ValueError:
        raise invalid_field(field, f"must be a date such as 2026-05-04, not {written!r}") from None
    # A week or a month beyond them would leave the years that calendars are made for.
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise invalid_field(field, f"must lie in the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}")
    return found
