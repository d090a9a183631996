"""Limits one provider's calls: concurrency, rate, and a circuit breaker, open during an outage.

The limiter raises provider errors. A failure that opens the breaker becomes `Outage`, which blocks
the connection for all workers. A call that is not sent becomes `NotNow`.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from provider.errors import (
    IncompleteList,
    NotNow,
    Outage,
    OutcomeUnknown,
    ProviderError,
    Retry,
    RetryAfter,
)
from worker.provider_limits.circuit_breaker import CircuitBreaker
from worker.provider_limits.concurrency_limiter import ConcurrencyLimiter
from worker.provider_limits.rate_limiter import CallRateLimiter
from worker.provider_limits.worker_share import ProviderBlock, WorkerShare

T = TypeVar("T")
Conditions = Callable[[], Awaitable[tuple[WorkerShare, ProviderBlock | None]]]
# How long a call may wait for its turn (s). Shorter than the timer margin and the settle time,
# which begin before the wait. Where the wait is longer, the job is released instead.
MAX_QUEUE_SECONDS = 3.0
MAX_DELAY_SECONDS = 60.0


class ProviderLimiter:
    """One connection's limiter in this process. `conditions` returns its share and latest block;
    `on_answer` is called after each answer of the provider."""

    def __init__(
        self,
        conditions: Conditions,
        jitter: Callable[[], float] = random.random,
        on_answer: Callable[[], None] = lambda: None,
    ) -> None:
        self._conditions, self._jitter, self._on_answer = conditions, jitter, on_answer
        self._breaker, self._rate_limiter = CircuitBreaker(), CallRateLimiter()
        self._concurrency = ConcurrencyLimiter(self._breaker)
        self._average_call_seconds = 0.0
        self._last_turns: dict[str, float] = {}  # by organization
        self._known_block: datetime | None = None
        self._is_outage_unreported = False

    async def run(self, organization_id: str, subject: str, call: Callable[[], Awaitable[T]]) -> T:
        """Make the call as soon as the limits and the calls of other organizations allow it. May
        also raise NotNow and Outage."""
        self._apply_conditions(*await self._conditions())
        generation, started = await self._acquire(organization_id), _now()
        try:
            answer = await call()
        except ProviderError as error:
            raised = self._record_error(error, subject, generation)
            if raised is error:
                raise
            raise raised from error
        else:
            self._record_answer(generation)
            self._average_call_seconds += (_now() - started - self._average_call_seconds) / 8
            return answer
        finally:
            self._concurrency.release(organization_id, generation)

    def _apply_conditions(self, share: WorkerShare, block: ProviderBlock | None) -> None:
        self._concurrency.max_calls = share.concurrency
        self._rate_limiter.set_rate(share.rate)
        if block is not None and block.until != self._known_block:
            # Another worker's block, or our own after it was stored: all workers end it together.
            self._known_block = block.until
            self._open_breaker(block.at)
        self._concurrency.admit()

    async def _acquire(self, organization_id: str) -> int:
        """Wait for a permit and for the rate, but not long; returns the breaker's generation.
        Raises NotNow or Outage."""
        if self._seconds_until_closed():
            raise self._rejection(organization_id)
        if not self._rate_limiter.rate:  # the usual case: no waiting, so no timeout either
            generation = self._concurrency.try_acquire(organization_id)
            if generation is not None:
                return generation
        if self._is_queue_full(organization_id):
            raise self._rejection(organization_id)
        try:
            async with asyncio.timeout(MAX_QUEUE_SECONDS):
                generation = await self._concurrency.acquire(organization_id)
                if generation is not None and await self._acquire_rate(organization_id, generation):
                    return generation
        except TimeoutError:
            pass
        raise self._rejection(organization_id)

    async def _acquire_rate(self, organization_id: str, generation: int) -> bool:
        """Wait for the rate, with our permit; False when the breaker has opened by then."""
        may_call = False
        try:
            await self._rate_limiter.acquire(organization_id)
            may_call = not self._seconds_until_closed()
        finally:
            if not may_call:
                self._concurrency.release(organization_id, generation)
        return may_call

    def _record_error(self, error: ProviderError, subject: str, generation: int) -> ProviderError:
        """Count the error in the breaker; returns the error to raise."""
        if isinstance(error, RetryAfter):
            self._open_breaker(_now() + error.seconds)
            return error
        if isinstance(error, NotNow):  # it was never sent, and says nothing about the provider
            return error
        if not _is_failure(error):
            self._record_answer(generation)
            return error
        if self._breaker.record_failure(generation, subject, _now(), self._jitter()):
            self._is_outage_unreported = True
            self._concurrency.reject_waiting()
        seconds = self._seconds_until_closed()
        if not seconds or not isinstance(error, Retry):
            return error
        self._is_outage_unreported = False
        return Outage(str(error), seconds, error.http_status)

    def _record_answer(self, generation: int) -> None:
        if self._breaker.record_success(generation, self._concurrency.max_calls):
            self._on_answer()

    def _open_breaker(self, until: float) -> None:
        """Opens the breaker for a reason that is already stored on the connection, or that the
        caller is about to store."""
        self._is_outage_unreported = False
        self._breaker.open(until)
        if self._seconds_until_closed():
            self._concurrency.reject_waiting()

    def _rejection(self, organization_id: str) -> ProviderError:
        """The error for a call that is not sent.

        If all calls that showed the outage had an unknown outcome, none of them could raise Outage.
        Then the first rejected call does, so that the connection is blocked for all workers.
        """
        seconds = self._seconds_until_closed()
        if not seconds:
            delay = self._next_turn_delay(organization_id)
            return NotNow("more calls than the provider may get", delay)
        if not self._is_outage_unreported:
            return NotNow("the provider is left alone for a while", seconds)
        self._is_outage_unreported = False
        return Outage("the provider does not answer", seconds)

    def _seconds_until_closed(self) -> float:
        return self._breaker.seconds_until_closed(_now())

    def _is_queue_full(self, organization_id: str) -> bool:
        """Whether the calls before the organization's next one need longer than a call may wait."""
        waiting = self._concurrency.ahead_of(organization_id)
        waiting += self._rate_limiter.ahead_of(organization_id)
        return (
            not self._concurrency.max_calls or waiting * self._call_interval() > MAX_QUEUE_SECONDS
        )

    def _call_interval(self) -> float:
        """The usual number of seconds between two calls."""
        by_rate = 1 / self._rate_limiter.rate if self._rate_limiter.rate else 0.0
        return max(by_rate, self._average_call_seconds / max(1, self._concurrency.max_calls))

    def _next_turn_delay(self, organization_id: str) -> float:
        """Seconds until the organization's next free turn. Each call gets its own turn, so that
        they spread; the turns of organizations alternate."""
        now = _now()
        last = self._last_turns.pop(organization_id, 0.0)
        self._last_turns = {id_: at for id_, at in self._last_turns.items() if at > now}
        interval = self._call_interval() * (len(self._last_turns) + 1)
        turn_at = min(max(last + interval, now + MAX_QUEUE_SECONDS), now + MAX_DELAY_SECONDS)
        self._last_turns[organization_id] = turn_at
        return turn_at - now


def _is_failure(error: ProviderError) -> bool:
    """Whether the provider did not answer properly. A refusal shows that it is there."""
    if isinstance(error, IncompleteList):
        return False
    if isinstance(error, OutcomeUnknown):
        status = error.http_status or 0
        return status == 408 or not 400 <= status < 500
    return isinstance(error, Retry)


def _now() -> float:
    return asyncio.get_running_loop().time()
