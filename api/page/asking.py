"""Which part of the calendar a visitor wants to see, read from an address and written to one."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import Query

from api.calendar.ranges import FIRST_YEAR, LAST_YEAR
from api.errors import wrong
from api.page import lists
from api.schemas.base import Text
from scheduler.zones import zone

VIEWS: Final = ("week", "month")
Short = Annotated[Text | None, Query(max_length=300)]


@dataclass(frozen=True, slots=True)
class Asked:
    """`day` lies in the week or the month; None for today's. `whole` is a day to show all of;
    `after` turns a page of the list with the key `list`."""

    view: str = "week"
    day: date | None = None
    whole: date | None = None
    list: str | None = None
    after: str | None = None

    def on(self, now: datetime, zone_name: str) -> "Asked":
        """The same with a day, which is today's where none was named."""
        return replace(self, day=self.day or now.astimezone(zone(zone_name)).date())

    def address(self, path: str = "/", **changes: object) -> str:
        """Where this is to be seen, with other values for some of its fields."""
        fields = {
            "view": self.view,
            "date": self.day,
            "all": self.whole,
            "list": self.list,
            "after": self.after,
            **changes,
        }
        return f"{path}?{urlencode({name: str(each) for name, each in fields.items() if each})}"


def asked(
    view: Short = None,
    day: Annotated[Short, Query(alias="date")] = None,
    whole: Annotated[Short, Query(alias="all")] = None,
    named: Annotated[Short, Query(alias="list")] = None,
    after: Short = None,
) -> Asked:
    """What the query says; Invalid where it makes no sense."""
    if view not in (None, "", *VIEWS):
        raise wrong("view", f"must be week or month, not {view!r}")
    if named and named not in lists.KEYS:
        raise wrong("list", f"must be one of {', '.join(lists.KEYS)}, not {named!r}")
    return Asked(
        view=view or "week",
        day=_date("date", day),
        whole=_date("all", whole),
        list=named or None,
        after=(after or None) if named else None,
    )


def _date(field: str, written: str | None) -> date | None:
    if not written:
        return None
    try:
        found = date.fromisoformat(written)
    except ValueError:
        raise wrong(field, f"must be a date such as 2026-05-04, not {written!r}") from None
    # A week or a month beyond them would leave the years that calendars are made for.
    if not FIRST_YEAR < found.year < LAST_YEAR:
        raise wrong(field, f"must lie in the years {FIRST_YEAR + 1} to {LAST_YEAR - 1}")
    return found
