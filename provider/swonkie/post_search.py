"""Finds the posts with a marker in Swonkie's list, from as few pages as can show or prove it.

The documentation names a filter by profile, and neither its parameter nor the order of the list. So
what we send is a guess. A list that was filtered proves something only if the filter has been seen
to let posts of such a profile through; one that is ignored leaves the list whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from provider.errors import GiveUp, IncompleteList
from provider.protocol import Draft, PastCreates
from provider.swonkie.list_calls import ListCalls
from provider.swonkie.list_order import ListOrder, Place
from provider.swonkie.marker_search import MarkerSearch, ReadFull
from provider.swonkie.narrowed_search import NarrowedSearch
from provider.swonkie.paging import MAX_PAGES, Item, ListReader, Page
from provider.swonkie.responses import parse_marker, parse_profile_ids

PATH: Final = "/posts"
PROFILE: Final = "profileIds"
# A list may be short, or its newest posts may come first: then its first pages are enough.
FIRST_PAGES: Final = 3
# More than a list may have: the reading ends with its last page, or raises.
ALL_PAGES: Final = MAX_PAGES + 1
# For a call that was under way, and for a clock of the provider that differs from the one in its
# headers; and for a provider that does not tell its time.
CLOCK_MARGIN: Final = timedelta(minutes=1)
UNKNOWN_CLOCK_MARGIN: Final = timedelta(minutes=10)


class PostSearch:
    """Searches the posts of one workspace."""

    def __init__(self, lists: ListCalls, read_full: ReadFull) -> None:
        self._lists, self._read_full = lists, read_full
        self._markers = MarkerSearch(read_full)
        self._narrowed = NarrowedSearch(lists, PATH)
        # Whether the filter was seen to work, or was refused; None: neither yet.
        self._filters_profiles: bool | None = None

    async def find(self, draft: Draft) -> list[Item]:
        """The posts with the draft's marker. IncompleteList where there may be more."""
        if self._filters_profiles is not False:
            found = await self._find_filtered(draft)
            if found is not None:
                return found
        reader, page = await self._lists.begin(PATH, {})
        return await self._read(reader, page, draft)

    async def _find_filtered(self, draft: Draft) -> list[Item] | None:
        """The same, of the profile's own list; None where the filter proves nothing."""
        try:
            reader, page = await self._lists.begin(PATH, {PROFILE: draft.profile_id})
        except GiveUp:
            self._filters_profiles = False
            return None
        is_seen = self._filters_profiles or _shows(page.items, draft)
        if not is_seen and not await self._has_post_of(draft.profile_id, page.items):
            return None
        self._filters_profiles = True
        return await self._read(reader, page, draft)

    async def _has_post_of(self, profile_id: str, items: Sequence[Item]) -> bool:
        """Whether a post of this profile is among these. Where the rows show no profiles, the first
        one is read in full."""
        shown = {each for item in items for each in parse_profile_ids(item)}
        if shown or not items:
            return profile_id in shown
        full = await self._read_full(str(items[0]["id"]))
        return isinstance(full, Mapping) and profile_id in parse_profile_ids(full)

    async def _read(self, reader: ListReader, page: Page, draft: Draft) -> list[Item]:
        """Read on until the post has come, or would have come: a few pages, then a part of the
        list, then all of it."""
        creates = draft.past_creates
        place = None if creates is None else _place(creates, page.headers)
        reading = _Reading(self._lists, reader, draft, place)
        try:
            rows = await reading.read(FIRST_PAGES)
        except IncompleteList:
            rows = await self._read_part(reading)
            if rows is None:
                raise
        if rows is None:
            rows = await self._read_part(reading)
        if rows is None:
            rows = await reading.read(ALL_PAGES)
        return await self._markers.find(rows or [], draft.marker)

    async def _read_part(self, reading: "_Reading") -> list[Item] | None:
        """The rows of a part of the list that shows the post if it exists; None without one."""
        reader, marker = reading.reader, reading.draft.marker
        rows = list(reader.items.values())
        return await self._narrowed.read(reader.params, rows, marker, reading.place)


@dataclass(slots=True)
class _Reading:
    """One reading of a list, from its start."""

    lists: ListCalls
    reader: ListReader
    draft: Draft
    place: Place | None
    order: ListOrder = field(default_factory=ListOrder)

    def __post_init__(self) -> None:
        """The first page is read already."""
        self.order.take(self.reader.last_items)

    async def read(self, pages: int) -> list[Item] | None:
        """The rows that show the post if it exists; None if so many pages in all do not suffice."""
        while not self._shows_one_that_is_enough():
            if self.place is not None and self.order.has_passed(self.place):
                return await self.lists.finish(self.reader)
            if self.reader.pages >= pages:
                return None
            if not await self.lists.read_on(self.reader):
                return await self.lists.finish(self.reader)
            self.order.take(self.reader.last_items)
        return self.reader.last_items

    def _shows_one_that_is_enough(self) -> bool:
        creates = self.draft.past_creates
        is_enough = creates is not None and creates.is_one_enough
        return is_enough and _shows(self.reader.last_items, self.draft)


def _shows(items: Sequence[Item], draft: Draft) -> bool:
    return any(parse_marker(item) == draft.marker for item in items)


def _place(creates: PastCreates, headers: Mapping[str, str]) -> Place:
    """Where the post is in the list, by the provider's clock. Its headers tell that clock; if they
    are wrong, it is ours."""
    told = _parse_date(headers.get("Date"))
    if told is None:
        return Place(creates.since - UNKNOWN_CLOCK_MARGIN, creates.had_timer)
    since = min(creates.since, told - (creates.now - creates.since))
    return Place(since - CLOCK_MARGIN, creates.had_timer)


def _parse_date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return None if found.tzinfo is None else found
