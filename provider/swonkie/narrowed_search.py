"""Searches a part of Swonkie's list, by the filters that its documentation names.

Their parameters are not public. So what we send may be refused, ignored, or mean something else: a
part of the list proves that a post is not there only where it shows posts that are like ours.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from provider.errors import GiveUp, IncompleteList
from provider.swonkie.list_calls import ListCalls
from provider.swonkie.list_order import CREATED, TIMER, Place, instants_of
from provider.swonkie.paging import Item
from provider.swonkie.request_bodies import format_instant
from provider.swonkie.responses import parse_marker

SEARCH: Final = "search"
FROM: Final = "from"
# A part that has more pages is not narrow.
MAX_PAGES: Final = 20
# A filter may count in whole days, of any zone; and what is so much older shows that it works.
DATE_MARGIN: Final = timedelta(days=2)
Params = Mapping[str, str]


class NarrowedSearch:
    """The filters of one workspace's list of posts, as far as they were seen to help."""

    def __init__(self, lists: ListCalls, path: str) -> None:
        self._lists, self._path = lists, path
        self._useless: set[str] = set()

    async def read(
        self, params: Params, rows: Sequence[Item], marker: str, place: Place | None
    ) -> list[Item] | None:
        """The rows of a part that has the posts with this marker, if there are any; None where no
        part is sure to have them. `rows`: what was read of the list with these parameters."""
        found = await self._read_by_text(params, rows, marker)
        if found is None and place is not None:
            found = await self._read_by_date(params, place)
        return found

    async def _read_by_text(
        self, params: Params, rows: Sequence[Item], marker: str
    ) -> list[Item] | None:
        """By a search for the marker. Nobody says where it looks: the marker of another post shows
        whether it looks in briefings."""
        other = next((each for each in map(parse_marker, rows) if each not in ("", marker)), None)
        if other is None:
            return None
        found = await self._read_part(params, SEARCH, marker)
        seen = found is not None and await self._read_part(params, SEARCH, other)
        if seen and any(parse_marker(row) == other for row in seen):
            return found
        self._useless.add(SEARCH)
        return None

    async def _read_by_date(self, params: Params, place: Place) -> list[Item] | None:
        """By the date, from two days before the post on: then it is in the part, whichever of its
        times the filter goes by. A row of these two days, no time of which is later than ours can
        be, shows that there is no other bound."""
        since = place.since - DATE_MARGIN
        found = await self._read_part(params, FROM, format_instant(since))
        return found if found and _has_older(found, place) else None

    async def _read_part(self, params: Params, name: str, value: str) -> list[Item] | None:
        """A part, to its end; None where it has none, or is not narrow."""
        if name in self._useless:
            return None
        try:
            reader, _ = await self._lists.begin(self._path, {**params, name: value})
            for _ in range(MAX_PAGES):
                if not await self._lists.read_on(reader):
                    return await self._lists.finish(reader)
        except (GiveUp, IncompleteList):
            pass
        self._useless.add(name)
        return None


def _has_older(rows: Sequence[Item], place: Place) -> bool:
    """Whether posts are there that are older in every time: with a time to publish at and without
    one, as ours may be."""
    shown = [each for each in map(instants_of, rows) if CREATED in each]
    older = [each for each in shown if max(each.values()) < place.since]
    kinds = {TIMER in each for each in older}
    wanted = {True, False} if place.has_timer is None else {place.has_timer}
    return wanted <= kinds
