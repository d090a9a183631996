"""Publishes a post once, and takes it away for good.

Both depend on the head of the repository. A write names the head that was read while the caller
held its claim. Whoever takes a post away moves the head first: a write that is still on its way
then names an old head, and is refused.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from provider.bluesky.record_keys import MOST_POSTS, thread_keys
from provider.bluesky.records import KeyedRecord
from provider.bluesky.repository import HeadMoved, Repository
from provider.errors import OutcomeUnknown, Retry

# How often a write is tried when others write to the account at the same time, and the longest
# wait between two tries (s).
WRITE_TRIES: Final = 8
MAX_WAIT: Final = 0.2


class Publication:
    """The writes of one account. They wait for each other, or each would move the other's head."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._lock = asyncio.Lock()
        # The head after our last write: many posts at one instant need not ask for it.
        self._head: str | None = None

    async def publish(self, records: Sequence[KeyedRecord], held_until: float) -> None:
        """Write the records, all in one commit, if they are not there already."""
        await self._try_often(lambda: self._try_publish(records, held_until))

    async def take_away(self, first_key: str, held_until: float) -> None:
        """Delete the records, and make sure that none of them can still be written.

        A delete that comes late would take away what others have written under these keys since.
        """
        await self._try_often(lambda: self._try_take_away(first_key, held_until))

    async def _try_often(self, write: Callable[[], Awaitable[None]]) -> None:
        async with self._lock:
            for _ in range(WRITE_TRIES):
                try:
                    return await write()
                except HeadMoved:
                    await asyncio.sleep(random.uniform(0, MAX_WAIT))  # noqa: S311  (no secret)
        raise Retry("others write to the account all the time; nothing was sent")

    async def _try_publish(self, records: Sequence[KeyedRecord], held_until: float) -> None:
        head = await self._take_head()
        _check_in_time(held_until)
        if not await self._repository.has_post(records[0].key):
            self._head = await self._repository.create(records, head)

    async def _try_take_away(self, first_key: str, held_until: float) -> None:
        self._head = None
        head = await self._repository.head()
        _check_in_time(held_until)
        head = await self._repository.move_head(head)
        # A thread is there as a whole, or not at all.
        if not await self._repository.has_post(first_key):
            return
        keys = thread_keys(first_key, MOST_POSTS)
        found = await asyncio.gather(*map(self._repository.has_post, keys))
        there = [key for key, is_there in zip(keys, found, strict=True) if is_there]
        await self._repository.delete(there, head)
        if await self._repository.has_post(first_key):
            raise OutcomeUnknown("Bluesky still shows the post that was deleted")

    async def _take_head(self) -> str:
        """The head to name in one write. One that is older than we know only makes it refused."""
        head, self._head = self._head, None
        return head or await self._repository.head()


def _check_in_time(held_until: float) -> None:
    """Retry where the claim may have ended: others may work on the post. It comes after the head
    was read, so that their writes make ours refused."""
    if time.monotonic() >= held_until:
        raise Retry("the call came too late for its claim; nothing was sent")
