"""A limiter with a scripted provider behind it and many callers in front of it."""

import asyncio
from collections import Counter
from collections.abc import Callable

from provider.errors import NotNow, Outage, ProviderError
from worker.provider_limits.limiter import ProviderLimiter
from worker.provider_limits.worker_share import ProviderBlock, WorkerShare


class LimiterHarness:
    """`make_error` makes the error of a call (None: it succeeds); a call takes `seconds`."""

    def __init__(self, calls: int = 8, rate: float = 0.0) -> None:
        self.share = WorkerShare(calls, rate)
        self.block: ProviderBlock | None = None
        self.seconds = 1.0
        self.make_error: Callable[[], ProviderError] | None = None
        self.sent: list[float] = []
        self.in_flight = 0
        self.max_in_flight = 0
        self.limiter = ProviderLimiter(self._read_limits, jitter=lambda: 0.5)

    async def _read_limits(self) -> tuple[WorkerShare, ProviderBlock | None]:
        return self.share, self.block

    async def _call(self) -> str:
        self.sent.append(asyncio.get_running_loop().time())
        self.in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self.in_flight)
        make_error = self.make_error
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.in_flight -= 1
        if make_error is not None:
            raise make_error()
        return "answered"

    async def call(self, subject: str = "a post", owner: str = "acme") -> str | ProviderError:
        """The caller's result, or its error."""
        try:
            return await self.limiter.run(owner, subject, self._call)
        except ProviderError as error:
            return error

    async def call_many(self, number: int) -> list[str | ProviderError]:
        """So many calls at once, each about another post."""
        return await asyncio.gather(*(self.call(f"post {each}") for each in range(number)))

    async def grow_window(self) -> None:
        """Let the window grow to its maximum."""
        for _ in range(self.share.concurrency):
            await self.call_many(self.share.concurrency)
        assert self.max_in_flight == self.share.concurrency
        self.sent.clear()

    def count_by_second(self) -> list[int]:
        """How many calls were sent in each second with any."""
        counted = Counter(int(at) for at in self.sent)
        return [counted[second] for second in sorted(counted)]


def count_results(results: list[str | ProviderError]) -> Counter[str]:
    """How often each kind of result was returned."""
    return Counter(each if isinstance(each, str) else type(each).__name__ for each in results)


def retry_delay(result: str | ProviderError) -> float:
    """The seconds that a caller must wait."""
    assert isinstance(result, Outage | NotNow), result
    return result.seconds
