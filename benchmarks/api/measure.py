"""Sends requests for one organization, and measures how long the answers took."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp

from benchmarks.api.api_stack import ApiStack
from benchmarks.api.load_generator import Latencies, RequestFactory, run_load
from benchmarks.api.seed_data import LINK, SeedCase
from benchmarks.process_cpu import cpu_seconds

REQUEST_KINDS = ("next_slot", "schedule", "next-slot")
TITLES = {
    "next_slot": "publish, next_slot",
    "schedule": "publish, schedule",
    "next-slot": "GET next-slot",
}


@dataclass(frozen=True, slots=True)
class LatencyFigures:
    """Milliseconds: the first request after seeding, percentiles of the requests that follow, and
    the web process's CPU time for each request, which other work on the machine affects least."""

    first: float
    p50: float
    p95: float
    p99: float
    worst: float
    cpu: float
    answers: dict[str, int]


@dataclass(frozen=True, slots=True)
class LoadProfile:
    """How many requests a second, for how long."""

    rate: float
    seconds: float


async def measure_latency(
    stack: ApiStack, key: str, case: SeedCase, kind: str, load: LoadProfile
) -> LatencyFigures:
    """The figures of one kind of request."""
    headers = {"Authorization": f"Bearer {key}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        make = _request_factory(stack.url, case, kind)
        begin = time.perf_counter()
        async with session.request(**make(0)) as answer:
            await answer.read()
        first = (time.perf_counter() - begin) * 1000
        await run_load(session, make, load.rate, 1)  # connections, and the database's cache
        before = cpu_seconds(stack.web.pid)
        latencies = await run_load(session, make, load.rate, load.seconds)
        return _figures(first, latencies, cpu_seconds(stack.web.pid) - before)


def _figures(first: float, latencies: Latencies, cpu: float) -> LatencyFigures:
    p50, p95, p99 = (latencies.percentile(share) for share in (0.5, 0.95, 0.99))
    each = cpu * 1000 / len(latencies.values)
    return LatencyFigures(
        first, p50, p95, p99, max(latencies.values), each, dict(latencies.answers)
    )


def _request_factory(url: str, case: SeedCase, kind: str) -> RequestFactory:
    def make(number: int) -> dict[str, Any]:
        if kind == "next-slot":
            return {"method": "GET", "url": f"{url}/next-slot"}
        body = _body(case.published_types[number % len(case.published_types)], kind, number)
        return {"method": "POST", "url": f"{url}/publish", "json": body}

    return make


def _body(post_type: str, mode: str, number: int) -> dict[str, Any]:
    body: dict[str, Any] = {"postType": post_type, "caption": f"Post {number}", "publishMode": mode}
    if post_type == "video":
        body |= {"videoUrl": LINK, "sourceVideoId": str(number), "platforms": ["youtube"]}
    if mode == "schedule":
        at = datetime.now(UTC) + timedelta(days=30, seconds=number)
        body["scheduledAt"] = at.isoformat()
    return body
