"""The yard before a gate: a provider that does as it is told, and many who want to ask it."""

import asyncio
from collections import Counter
from collections.abc import Callable

from provider.errors import NotNow, Outage, ProviderError
from worker.provider_limits.limiter import ProviderLimiter
from worker.provider_limits.worker_share import ProviderBlock, WorkerShare


class Yard:
    """`trouble` makes the error of a call (None: it is answered), which takes `seconds`."""

    def __init__(self, calls: int = 8, rate: float = 0.0) -> None:
        self.share = WorkerShare(calls, rate)
        self.block: ProviderBlock | None = None
        self.seconds = 1.0
        self.trouble: Callable[[], ProviderError] | None = None
        self.sent: list[float] = []
        self.under_way = 0
        self.most = 0
        self.gate = ProviderLimiter(self._conditions, jitter=lambda: 0.5)

    async def _conditions(self) -> tuple[WorkerShare, ProviderBlock | None]:
        return self.share, self.block

    async def _call(self) -> str:
        self.sent.append(asyncio.get_running_loop().time())
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        trouble = self.trouble
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.under_way -= 1
        if trouble is not None:
            raise trouble()
        return "answered"

    async def ask(self, subject: str = "a post") -> str | ProviderError:
        """What the caller is told."""
        try:
            return await self.gate.run(subject, self._call)
        except ProviderError as error:
            return error

    async def ask_all(self, number: int) -> list[str | ProviderError]:
        """So many at once, each about a post of its own."""
        return await asyncio.gather(*(self.ask(f"post {each}") for each in range(number)))

    async def warm_up(self) -> None:
        """Get the window fully open."""
        for _ in range(self.share.concurrency):
            await self.ask_all(self.share.concurrency)
        assert self.most == self.share.concurrency
        self.sent.clear()

    def sent_by_second(self) -> list[int]:
        """How many calls were sent in each second that saw any."""
        counted = Counter(int(at) for at in self.sent)
        return [counted[second] for second in sorted(counted)]


def kinds(told: list[str | ProviderError]) -> Counter[str]:
    """How often each kind of end was told."""
    return Counter(each if isinstance(each, str) else type(each).__name__ for each in told)


def peace(told: str | ProviderError) -> float:
    """The seconds that a caller was told to wait."""
    assert isinstance(told, Outage | NotNow), told
    return told.seconds
