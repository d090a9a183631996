"""The texts of calendar feeds that were built last, so that an unchanged feed is not built again.

Bounded: the feed that nobody asked for the longest goes first.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MAX_BYTES: Final = 16 << 20


class KeptFeeds:
    """Texts by organization, each with its ETag; for the threads of one process."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._texts: OrderedDict[str, tuple[str, bytes]] = OrderedDict()

    def get(self, organization_id: str, etag: str, build: Callable[[], bytes]) -> bytes:
        """The text with this ETag: the kept one, or what `build` makes."""
        with self._lock:
            kept = self._texts.get(organization_id)
            if kept is not None and kept[0] == etag:
                self._texts.move_to_end(organization_id)
                return kept[1]
        text = build()
        with self._lock:
            self._texts[organization_id] = (etag, text)
            self._texts.move_to_end(organization_id)
            while sum(len(each) for _, each in self._texts.values()) > self._max_bytes:
                self._texts.popitem(last=False)
        return text
