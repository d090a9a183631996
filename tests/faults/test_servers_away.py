"""PostgreSQL and Redis go away while posts are under way."""

import pytest

from tests.acceptance.stack import Stack
from tests.faults.books import RecordingClient, create_client
from tests.faults.counting import wait_and_reconcile
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.wait import wait_until

QUEUE = "slotbeat"


@pytest.mark.timeout(240)
def test_a_broker_that_comes_back_empty_costs_time_and_no_post(
    crew: Stack, redis_server: Redis
) -> None:
    """All messages are lost with the broker's memory; beat hands the jobs over again."""
    books = create_client(crew)
    _freeze(crew, frozen=True)
    _publish(books, 20)
    with redis_server.client() as redis_client:
        wait_until(lambda: redis_client.llen(QUEUE), what="messages in the broker")
    redis_server.kill()
    redis_server.restart(empty=True)
    _freeze(crew, frozen=False)
    assert wait_and_reconcile(crew, [books]).published == 20


@pytest.mark.timeout(240)
def test_a_database_that_restarts_loses_nothing(crew: Stack, postgres_server: Postgres) -> None:
    """A fast shutdown, then a crash, with requests and steps under way: every post ends once."""
    books = create_client(crew)
    for end in (postgres_server.stop, postgres_server.kill):
        _publish(books, 10)
        end()
        postgres_server.start()
        _publish(books, 10)
    assert wait_and_reconcile(crew, [books]).published == len(books.accepted) >= 20
    assert all(crew.processes[name].running for name in crew.roles), "somebody gave up"


def _publish(books: RecordingClient, count: int) -> None:
    for _ in range(count):
        books.publish("publish_now")


def _freeze(stack: Stack, *, frozen: bool) -> None:
    for name in stack.workers:
        process = stack.processes[name]
        process.pause() if frozen else process.resume()
