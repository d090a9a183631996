"""Finds the posts with our marker in a list that was read to its end.

A list may leave fields out. A row that does not show the marker is no proof that the post has none:
such a post is read in full, once, because the marker of a post never changes.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from provider.errors import IncompleteList
from provider.swonkie.responses import has_briefing, parse_marker, parse_post

Item = dict[str, Any]
# A remote id → that post in full, or GONE.
ReadFull = Callable[[str], Awaitable[Any]]
# What a read gives for a post that does not exist.
GONE: Final = object()
# So many markers are kept of posts whose rows do not show them.
MAX_MARKERS: Final = 50_000
NO_MARKERS: Final = "Swonkie shows no briefing of any post, and our marker would be there"


class MarkerSearch:
    """The markers of one workspace's posts."""

    def __init__(self, read: ReadFull) -> None:
        self._read = read
        # By remote id; None where the post in full shows no briefing either.
        self._known: dict[str, str | None] = {}

    async def find(self, items: Sequence[Item], marker: str) -> list[Item]:
        """The posts with this marker; IncompleteList where no post shows a marker at all."""
        ours = [item for item in items if parse_marker(item) == marker]
        are_shown = any(map(parse_marker, items))
        hidden = [str(item["id"]) for item in items if _hides(item, marker, are_shown=are_shown)]
        markers = {remote_id: await self._marker_of(remote_id) for remote_id in hidden}
        if None in markers.values() and not (are_shown or any(self._known.values())):
            raise IncompleteList(NO_MARKERS, items)
        read = [await self._read(each) for each, found in markers.items() if found == marker]
        return ours + [full for full in read if full is not GONE]

    async def _marker_of(self, remote_id: str) -> str | None:
        if len(self._known) > MAX_MARKERS:
            self._known.clear()
        if remote_id not in self._known:
            full = await self._read(remote_id)
            if full is GONE:  # not kept: a read may lag behind the list, and the next one finds it
                return ""
            self._known[remote_id] = _parse_full(full)
        return self._known[remote_id]


def _hides(item: Item, marker: str, *, are_shown: bool) -> bool:
    """Whether a row may be ours without showing it: it has no briefing, or its text is cut.

    An empty briefing counts as shown where the list shows the text of others.
    """
    text = parse_marker(item)
    if text:
        return text != marker and marker.startswith(text.rstrip("….").rstrip())
    return not (are_shown and has_briefing(item))


def _parse_full(full: Any) -> str | None:  # noqa: ANN401  (JSON)
    """The marker of a post that was read in full. A response without the post proves nothing."""
    parse_post(full)
    return parse_marker(full) if has_briefing(full) else None
