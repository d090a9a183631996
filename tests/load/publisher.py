"""Publishes posts through the API at a steady rate; the ids of accepted posts go to a file."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import aiohttp

from tests.acceptance.stack import PREFIX

# The fields of a post beside those that `BodyOf` adds.
BODY: dict[str, object] = {"postType": "text", "platforms": ["facebook"]}
BodyOf = Callable[[int], dict[str, object]]
MAX_IN_FLIGHT = 64


@dataclass
class Publisher:
    """Publishes for several organizations in turn. `outcomes` counts statuses, and lost answers."""

    origin: str
    keys: Sequence[str]
    accepted_ids: Path
    outcomes: Counter[str] = field(default_factory=Counter)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def accepted(self) -> int:
        """How many posts were answered with 2xx."""
        return self.outcomes["accepted"]

    def publish(
        self, count: int, rate: float, body_of: BodyOf, stop: Callable[[], bool] = lambda: False
    ) -> float:
        """Publish so many posts, `rate` a second at most; returns how many seconds it took."""
        began = time.monotonic()
        asyncio.run(self._publish(count, rate, body_of, stop))
        return time.monotonic() - began

    async def _publish(
        self, count: int, rate: float, body_of: BodyOf, stop: Callable[[], bool]
    ) -> None:
        places = asyncio.Semaphore(MAX_IN_FLIGHT)
        began = time.monotonic()
        timeout = aiohttp.ClientTimeout(total=60)
        with self.accepted_ids.open("a") as ids:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                asyncio.TaskGroup() as requests,
            ):
                for sent in range(count):
                    if stop():
                        break
                    await asyncio.sleep(began + sent / rate - time.monotonic())
                    await places.acquire()
                    task = requests.create_task(
                        self._send(session, next(self._numbers), body_of, ids)
                    )
                    task.add_done_callback(lambda _: places.release())

    async def _send(
        self, session: aiohttp.ClientSession, number: int, body_of: BodyOf, ids: TextIO
    ) -> None:
        key = self.keys[number % len(self.keys)]
        body = {**BODY, "caption": f"post {number}", **body_of(number)}
        headers = {"Authorization": f"Bearer {key}"}
        try:
            async with session.post(
                f"{self.origin}{PREFIX}/publish", json=body, headers=headers
            ) as answer:
                if not answer.ok:
                    self.outcomes[f"answered {answer.status}"] += 1
                    return
                ids.write((await answer.json())["socialPost"]["id"] + "\n")
                self.outcomes["accepted"] += 1
        except (aiohttp.ClientError, TimeoutError) as error:
            self.outcomes[f"no answer: {type(error).__name__}"] += 1
