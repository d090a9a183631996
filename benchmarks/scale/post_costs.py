"""What one post costs each part: published through the API, carried to the provider's double."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

from benchmarks.pipeline.candidates import LIMIT
from benchmarks.pipeline.environment import BenchmarkEnvironment
from benchmarks.process_cpu import cpu_seconds
from benchmarks.scale.server_counters import read_counters
from benchmarks.scale.whole_stack import WholeStack
from tests.wait import wait_until

# Requests at the same time, and how long the idle processes are watched (s).
AT_ONCE, IDLE_SECONDS = 8, 10.0
BODY = {"postType": "photo", "caption": "Hello", "platforms": ["facebook"]}


@dataclass(frozen=True, slots=True)
class PostCosts:
    """Of one post: CPU by process (ms), counters of the servers, and rows and bytes by table.

    What the idle processes use meanwhile is taken off; `idle` has it, for each second.
    """

    posts: int
    seconds: float
    each: dict[str, float]
    idle: dict[str, float]
    tables: dict[str, tuple[float, float]]


class _Meter:
    def __init__(self, environment: BenchmarkEnvironment, stack: WholeStack, url: str) -> None:
        self._environment, self._stack, self._url = environment, stack, url

    def read(self) -> dict[str, float]:
        """All counters, and the instant as `seconds`."""
        environment = self._environment
        servers = {"postgres": environment.postgres, "redis": environment.redis}
        cpu = self._stack.cpu_seconds()
        cpu |= {name: cpu_seconds(server.process.pid) for name, server in servers.items()}
        counters = read_counters(self._url, environment.redis).as_dict()
        milliseconds = {f"{name} CPU (ms)": value * 1000 for name, value in cpu.items()}
        return {"seconds": time.monotonic(), **milliseconds, **counters}


def measure_costs(environment: BenchmarkEnvironment, count: int) -> PostCosts:
    """Publish so many posts with one photo each, through the API, and wait until all are out."""
    url = environment.postgres.create_database()
    stack = WholeStack(environment.folder, url, environment.redis.url, environment.stub)
    with stack, stack.serving() as address:
        _publish(stack, address, environment.stub, 20)  # connections, caches
        meter = _Meter(environment, stack, url)
        idle = _rates(meter.read, IDLE_SECONDS)
        tables, before = stack.table_sizes(), meter.read()
        _publish(stack, address, environment.stub, count)
        after, sizes = meter.read(), stack.table_sizes()
    environment.postgres.drop_database(url)
    seconds = after["seconds"] - before["seconds"]
    each = {name: (after[name] - before[name] - idle[name] * seconds) / count for name in idle}
    grown = {name: _grown(count, size, tables.get(name, (0, 0))) for name, size in sizes.items()}
    return PostCosts(count, seconds, each, idle, grown)


def _grown(count: int, after: tuple[int, int], before: tuple[int, int]) -> tuple[float, float]:
    return (after[0] - before[0]) / count, (after[1] - before[1]) / count


def _rates(read: Any, seconds: float) -> dict[str, float]:  # noqa: ANN401
    """What changes in a second while nothing happens."""
    before = read()
    time.sleep(seconds)
    after = read()
    took = after.pop("seconds") - before["seconds"]
    return {name: (value - before[name]) / took for name, value in after.items()}


def _publish(stack: WholeStack, address: str, stub: str, count: int) -> None:
    published = stack.count_published()
    asyncio.run(_send(address, stack.api_key, stub, count))
    wait_until(lambda: stack.count_published() >= published + count, LIMIT, "all posts are out")


async def _send(address: str, api_key: str, stub: str, count: int) -> None:
    limit = asyncio.Semaphore(AT_ONCE)
    body = {**BODY, "photoUrls": [f"{stub}/photo.jpg"], "publishMode": "publish_now"}

    async def send() -> None:
        async with limit, session.post(f"{address}/publish", json=body) as answer:
            if answer.status >= 300:
                raise RuntimeError(f"{answer.status}: {await answer.text()}")

    headers = {"Authorization": f"Bearer {api_key}"}
    async with aiohttp.ClientSession(headers=headers) as session, asyncio.TaskGroup() as tasks:
        for _ in range(count):
            tasks.create_task(send())
