"""Places for calls under way: so many at once, first come, first served."""

import asyncio
from collections import Counter, deque

from worker.gate_health import Health


class Places:
    """`total` of them for all calls, and as many as the window is wide for those of this era: calls
    that hang since before a pause do not keep others from finding out that it is over."""

    def __init__(self, health: Health) -> None:
        self.total = 1
        self._health = health
        self._taken: Counter[int] = Counter()
        self._queue: deque[asyncio.Future[int | None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    async def take(self) -> int | None:
        """Wait for a place, to be given back with `leave`; its era, or None when sent away."""
        place: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        self.let_in()
        try:
            return await place
        except asyncio.CancelledError:
            if place.cancelled():
                self._forget(place)
            elif (era := place.result()) is not None:  # it was given in the same moment
                self.leave(era)
            raise

    def leave(self, era: int) -> None:
        """Give a place back."""
        self._taken[era] -= 1
        self._taken += Counter()  # forgets the eras that are over
        self.let_in()

    def let_in(self) -> None:
        """Give the free places to those who wait longest."""
        while self._queue and self._has_room():
            place = self._queue.popleft()
            if not place.cancelled():
                self._taken[self._health.era] += 1
                place.set_result(self._health.era)

    def _has_room(self) -> bool:
        of_this_era = self._taken[self._health.era]
        return self._taken.total() < self.total and of_this_era < self._health.window

    def send_away(self) -> None:
        """Let nobody wait any longer."""
        while self._queue:
            place = self._queue.popleft()
            if not place.cancelled():
                place.set_result(None)

    def _forget(self, place: asyncio.Future[int | None]) -> None:
        # Cancelled, it may have been passed over already, before its task ran.
        if place in self._queue:
            self._queue.remove(place)
