"""A worker's limiters depend on the heartbeats and blocks of other workers in the database."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from models.database import Database
from models.store import clock
from models.store.jobs import cluster_state, heartbeats
from models.store.tenants import connections, organizations
from provider.errors import NotNow
from provider.protocol import Profile
from worker.provider_limits.limiter_registry import LimiterRegistry
from worker.provider_limits.worker_share import ProviderLimits


class SlowProvider:
    """The needed part of a provider: every call is in flight until it may end."""

    capabilities: Any = None
    client: Any = None

    def __init__(self) -> None:
        self.calls = 0
        self.may_end = asyncio.Event()

    async def profiles(self) -> list[Profile]:
        """No accounts."""
        self.calls += 1
        await self.may_end.wait()
        return []


def beat(database: Database, *names: str) -> None:
    """Write heartbeats of these workers."""
    with database.write() as session:
        for name in names:
            heartbeats.record(session, name, "worker", clock.now(session))


def run(story: Callable[[Any], Awaitable[None]]) -> None:
    """Run a test with a slow provider."""

    async def run_story() -> None:
        await story(SlowProvider())

    asyncio.run(run_story())


async def count_in_flight(limited: Any, slow: SlowProvider, number: int) -> int:  # noqa: ANN401
    """How many of so many calls a limiter with a full window sends at once."""
    slow.may_end.set()
    for _ in range(10):
        await limited.profiles()
    slow.may_end.clear()
    slow.calls = 0
    calls = [asyncio.create_task(limited.profiles()) for _ in range(number)]
    while slow.calls + limited._limiter._concurrency.waiting < number:  # noqa: ASYNC110  (no event)
        await asyncio.sleep(0.001)
    slow.may_end.set()
    in_flight = slow.calls
    await asyncio.gather(*calls)
    return in_flight


@pytest.mark.parametrize(("name", "calls"), [("a", 3), ("b", 2), ("c", 2), ("not yet seen", 1)])
def test_each_worker_takes_its_share(database: Database, name: str, calls: int) -> None:
    """Seven calls among three workers; a fourth counts itself before its first heartbeat."""
    beat(database, "a", "b", "c")

    async def story(slow: Any) -> None:  # noqa: ANN401
        limited = LimiterRegistry(database, name, ProviderLimits(7)).limit(
            slow, "connection", "acme"
        )
        assert await count_in_flight(limited, slow, 10) == calls

    run(story)


def test_a_block_of_another_worker_is_seen(database: Database) -> None:
    """Stored between two refreshes: the next refresh opens this breaker too, and no other one."""
    with database.write() as session:
        blocked = connections.ensure_connection(
            session, organizations.create(session, "Acme", "simulator")[0].id, "simulator"
        ).id

    async def story(slow: Any) -> None:  # noqa: ANN401
        limiters = LimiterRegistry(database, "a", ProviderLimits(7))
        slow.may_end.set()
        await limiters.limit(slow, blocked, "acme").profiles()
        with database.write() as session:
            until = clock.now(session) + timedelta(seconds=40)
            connections.block_connection(session, blocked, until)
        limiters._refreshed_at = -100.0
        with pytest.raises(NotNow) as caught:
            await limiters.limit(slow, blocked, "acme").profiles()
        assert 30 < caught.value.seconds <= 40
        assert await limiters.limit(slow, "another", "acme").profiles() == []

    run(story)


def test_without_a_database_the_last_limits_hold(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If a refresh fails, calls continue with the last limits."""
    beat(database, "a", "b")

    def fail(*_arguments: object) -> None:
        raise OperationalError("", {}, Exception("away"))

    async def story(slow: Any) -> None:  # noqa: ANN401
        limiters = LimiterRegistry(database, "a", ProviderLimits(6))
        limited = limiters.limit(slow, "connection", "acme")
        assert await count_in_flight(limited, slow, 10) == 3
        monkeypatch.setattr(cluster_state, "read_cluster_state", fail)
        limiters._refreshed_at = -100.0
        assert await count_in_flight(limited, slow, 10) == 3

    run(story)
