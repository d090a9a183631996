"""Which page of the list a visitor wants to see: read from a URL, and written to one."""

from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import Depends, Query

from services.errors import invalid_field
from services.inputs.field_types import Text
from ui.filters.post_filter import NO_FILTER, PostFilter, parse_post_filter

LIST_PATH: Final = "/list"
# The order of the dates, as the service names it: the last one first, or the first one.
LATEST, EARLIEST = "-date", "date"
Short = Annotated[Text, Query(max_length=300)]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """`sort`: LATEST or EARLIEST date first. `after`: the cursor of the page."""

    filter: PostFilter = NO_FILTER
    sort: str = LATEST
    after: str = ""

    @property
    def url(self) -> str:
        """The URL of this page of the list."""
        sort = None if self.sort == LATEST else self.sort
        query = self.filter.query_string(("sort", sort), ("after", self.after or None))
        return f"{LIST_PATH}?{query}" if query else LIST_PATH

    def page(self, cursor: str) -> "ListQuery":
        """The page after a cursor; the first one without."""
        return replace(self, after=cursor)

    def reversed(self) -> "ListQuery":
        """The first page of the list in the other order."""
        return replace(self, sort=EARLIEST if self.sort == LATEST else LATEST, after="")


def parse_list_query(
    post_filter: Annotated[PostFilter, Depends(parse_post_filter)],
    sort: Short = "",
    after: Short = "",
) -> ListQuery:
    """Parse the query string; ValidationFailed names the parameter that is wrong."""
    if sort not in ("", LATEST, EARLIEST):
        raise invalid_field("sort", f"must be {EARLIEST} or {LATEST}, not {sort!r}")
    return ListQuery(post_filter, sort or LATEST, after)
