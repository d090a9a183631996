"""An open-loop load generator: requests at a fixed rate, however long the answers take."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

RequestFactory = Callable[[int], dict[str, Any]]


@dataclass(slots=True)
class Latencies:
    """Milliseconds from the instant when each request was due to the end of its answer."""

    values: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """The value that this share (0 to 1) of the requests did not exceed."""
        ordered = sorted(self.values)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def run_load(
    session: aiohttp.ClientSession, make: RequestFactory, rate: float, seconds: float
) -> Latencies:
    """Send `rate` requests a second; `make(n)` gives the arguments of the nth.

    The time of a request starts when it was due, even if it was sent late.
    """
    found = Latencies()
    begin = time.perf_counter() + 0.1
    async with asyncio.TaskGroup() as group:
        for number in itertools.count():
            due = begin + number / rate
            if due >= begin + seconds:
                break
            await asyncio.sleep(max(0, due - time.perf_counter()))
            group.create_task(_send(session, make(number), due, found))
    return found


async def _send(
    session: aiohttp.ClientSession, request: dict[str, Any], due: float, found: Latencies
) -> None:
    async with session.request(**request) as response:
        body = await response.json()
        if response.status != 200:
            raise RuntimeError(f"{request['url']} answered {response.status}: {body}")
    found.values.append((time.perf_counter() - due) * 1000)
    found.answers[str(body.get("socialPost", {}).get("status", "ok"))] += 1
