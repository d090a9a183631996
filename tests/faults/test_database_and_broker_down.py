"""PostgreSQL and Redis go down while posts are being published."""

import pytest

from tests.acceptance.stack import Stack
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.wait import wait_until

QUEUE = "slotbeat"


@pytest.mark.timeout(240)
def test_a_broker_that_comes_back_empty_costs_time_and_no_post(
    distributed_stack: Stack, redis_server: Redis
) -> None:
    """The broker's memory and all messages are lost; beat dispatches the jobs again."""
    client = create_client(distributed_stack)
    _freeze(distributed_stack, frozen=True)
    _publish(client, 20)
    with redis_server.client() as redis_client:
        wait_until(lambda: redis_client.llen(QUEUE), what="messages in the broker")
    redis_server.kill()
    redis_server.restart(empty=True)
    _freeze(distributed_stack, frozen=False)
    assert wait_and_reconcile(distributed_stack, [client]).published == 20


@pytest.mark.timeout(240)
def test_a_database_that_restarts_loses_nothing(
    distributed_stack: Stack, postgres_server: Postgres
) -> None:
    """A fast shutdown, then a crash, with requests and steps under way: every post ends once."""
    client = create_client(distributed_stack)
    for end in (postgres_server.stop, postgres_server.kill):
        _publish(client, 10)
        end()
        postgres_server.start()
        _publish(client, 10)
    assert wait_and_reconcile(distributed_stack, [client]).published == len(client.accepted) >= 20
    assert all(distributed_stack.processes[name].running for name in distributed_stack.roles), (
        "a process has exited"
    )


def _publish(client: RecordingClient, count: int) -> None:
    for _ in range(count):
        client.publish("publish_now")


def _freeze(stack: Stack, *, frozen: bool) -> None:
    for name in stack.workers:
        process = stack.processes[name]
        process.pause() if frozen else process.resume()
