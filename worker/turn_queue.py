"""A queue that is shared by key: keys take turns; within one key, first come is first served.

For one event loop.
"""

from collections import deque
from collections.abc import Collection, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class TurnQueue(Generic[T]):
    """Items that wait, by key. A key that had its turn goes behind all others."""

    def __init__(self) -> None:
        self._items: dict[str, deque[T]] = {}  # in the order of the turns
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def waiting(self, key: str) -> int:
        """How many items of this key wait."""
        return len(self._items.get(key, ()))

    def ahead_of(self, key: str) -> int:
        """How many items come before a new item of this key, if keys take turns."""
        own = self.waiting(key)
        others = (len(queue) for other, queue in self._items.items() if other != key)
        return own + sum(min(waiting, own + 1) for waiting in others)

    def push(self, key: str, item: T) -> None:
        """Add an item behind the others of its key."""
        self._items.setdefault(key, deque()).append(item)
        self._size += 1

    def next_key(
        self, held: Mapping[str, int] | None = None, without: Collection[str] = ()
    ) -> str | None:
        """The key whose turn it is: of those that hold fewest (all hold nothing where `held` is
        not given), the one whose last turn is longest ago. None when nothing waits, except for the
        keys in `without`."""
        keys = (key for key in self._items if key not in without)
        if held is None:
            return next(keys, None)
        return min(keys, key=lambda key: held.get(key, 0), default=None)

    def pop(self, key: str) -> T:
        """Take the oldest item of a key that waits; it had its turn."""
        queue = self._items.pop(key)
        item = queue.popleft()
        if queue:
            self._items[key] = queue
        self._size -= 1
        return item

    def discard(self, key: str, item: T) -> None:
        """Remove an item that no longer waits, if it is still in the queue."""
        queue = self._items.get(key)
        if queue is None or item not in queue:
            return
        queue.remove(item)
        self._size -= 1
        if not queue:
            del self._items[key]
