"""The gate before a provider: how many calls go at once, how fast, and none while it is away.

It speaks in the provider's errors. A failed call that shows an outage becomes `Outage`, by which
the workspace is blocked for all workers; a call that is not sent becomes `NotNow`.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from provider.errors import NotNow, Outage, OutcomeUnknown, ProviderError, Retry, RetryAfter
from worker.gate_health import Health
from worker.gate_pace import Pace
from worker.gate_places import Places
from worker.gate_share import Block, Share

T = TypeVar("T")
Conditions = Callable[[], Awaitable[tuple[Share, Block | None]]]
# How long a call may wait for its turn (s). Less than a timer's margin and the settle time, which
# are counted from before the wait; beyond it the job lets go of its claim instead.
PATIENCE = 3.0
LONGEST_TURN = 60.0


class Gate:
    """One workspace's gate in this process. `conditions` tells its share and the latest block."""

    def __init__(self, conditions: Conditions, draw: Callable[[], float] = random.random) -> None:
        self._conditions, self._draw = conditions, draw
        self._health, self._pace = Health(), Pace()
        self._places = Places(self._health)
        self._seconds_a_call = 0.0
        self._promised = 0.0
        self._known_block: datetime | None = None
        self._is_untold = False

    async def run(self, subject: str, call: Callable[[], Awaitable[T]]) -> T:
        """Make the call when its turn has come. Besides its own errors: NotNow, Outage."""
        self._adjust(*await self._conditions())
        era, started = await self._enter(), _now()
        try:
            answer = await call()
        except ProviderError as error:
            told = self._weigh(error, subject, era)
            if told is error:
                raise
            raise told from error
        else:
            self._health.answered(era, self._places.total)
            self._seconds_a_call += (_now() - started - self._seconds_a_call) / 8
            return answer
        finally:
            self._places.leave(era)

    def _adjust(self, share: Share, block: Block | None) -> None:
        self._places.total = share.calls
        self._pace.set(share.rate)
        if block is not None and block.until != self._known_block:
            # Another worker's block, or our own as it was written: all recover from it together.
            self._known_block = block.until
            self._close(block.at)
        self._places.let_in()

    async def _enter(self) -> int:
        """Wait for a place and for the pace, but not for long; the era. Raises NotNow or Outage."""
        if self._seconds_left() or self._is_crowded():
            raise self._refusal()
        try:
            async with asyncio.timeout(PATIENCE):
                era = await self._places.take()
                if era is not None and await self._is_turn(era):
                    return era
        except TimeoutError:
            pass
        raise self._refusal()

    async def _is_turn(self, era: int) -> bool:
        """Wait, in our place, for what the rate allows; False when the gate has closed by then."""
        is_turn = False
        try:
            await self._pace.keep()
            is_turn = not self._seconds_left()
        finally:
            if not is_turn:
                self._places.leave(era)
        return is_turn

    def _weigh(self, error: ProviderError, subject: str, era: int) -> ProviderError:
        """Take note of what the error says of the provider; returns what the caller is told."""
        if isinstance(error, RetryAfter):
            self._close(_now() + error.seconds)
            return error
        if isinstance(error, NotNow):  # it never left us, and shows nothing
            return error
        if not _is_failure(error):
            self._health.answered(era, self._places.total)
            return error
        if self._health.failed(era, subject, _now(), self._draw()):
            self._is_untold = True
            self._places.send_away()
        seconds = self._seconds_left()
        if not seconds or not isinstance(error, Retry):
            return error
        self._is_untold = False
        return Outage(str(error), seconds, error.http_status)

    def _close(self, until: float) -> None:
        """For a reason that the workspace's row tells, or is about to be told by the caller."""
        self._is_untold = False
        self._health.close(until)
        if self._seconds_left():
            self._places.send_away()

    def _refusal(self) -> ProviderError:
        """For a call that is not sent. Where the calls that showed an outage could not tell it,
        because all of them must be looked after, the first one refused does."""
        seconds = self._seconds_left()
        if not seconds:
            return NotNow("more calls than the provider may get", self._turn())
        if not self._is_untold:
            return NotNow("the provider is left alone for a while", seconds)
        self._is_untold = False
        return Outage("the provider does not answer", seconds)

    def _seconds_left(self) -> float:
        return self._health.remaining(_now())

    def _is_crowded(self) -> bool:
        """Whether those who wait already need longer than a call may wait."""
        before = self._places.waiting + self._pace.waiting
        return not self._places.total or before * self._gap() > PATIENCE

    def _gap(self) -> float:
        """Seconds between two calls when all goes well."""
        by_rate = 1 / self._pace.rate if self._pace.rate else 0.0
        return max(by_rate, self._seconds_a_call / max(1, self._places.total))

    def _turn(self) -> float:
        """Seconds until a later turn; each one gets its own, so that no wave comes back."""
        now = _now()
        later = max(self._promised + self._gap(), now + PATIENCE)
        self._promised = min(later, now + LONGEST_TURN)
        return self._promised - now


def _is_failure(error: ProviderError) -> bool:
    """Whether nobody was there to answer. A refusal shows that somebody was."""
    if isinstance(error, OutcomeUnknown):
        status = error.http_status or 0
        return status == 408 or not 400 <= status < 500
    return isinstance(error, Retry)


def _now() -> float:
    return asyncio.get_running_loop().time()
