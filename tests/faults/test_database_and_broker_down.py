"""PostgreSQL and Redis go down while posts are being published."""

import psycopg
import pytest

from tests.acceptance.stack import Stack
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.wait import wait_until

QUEUE = "slotbeat"
AWAY = "the broker is away for every beat"


@pytest.mark.timeout(240)
def test_a_broker_that_comes_back_empty_costs_time_and_no_post(
    distributed_stack: Stack, redis_server: Redis
) -> None:
    """While the broker is away beats write heartbeats alone, and each says once that it is away and
    once that it is back. Its memory with all messages is lost; the jobs are dispatched again."""
    client = create_client(distributed_stack)
    _freeze(distributed_stack, frozen=True)
    _publish(client, 20)
    with redis_server.client() as redis_client:
        wait_until(lambda: redis_client.llen(QUEUE), what="messages in the broker")
    redis_server.kill()
    _publish(client, 10)
    wait_until(lambda: _said(distributed_stack, "takes no messages") == [1, 1], 60, "both say it")
    first = _transaction_ids(distributed_stack)
    wait_until(lambda: AWAY in _problems(distributed_stack), 60, "beats' heartbeats say it")
    assert _transaction_ids(distributed_stack) - first < 20
    redis_server.restart(empty=True)
    wait_until(lambda: _said(distributed_stack, "is back") == [1, 1], 60, "it is back")
    _freeze(distributed_stack, frozen=False)
    assert wait_and_reconcile(distributed_stack, [client]).published == 30
    assert _said(distributed_stack, "the broker") == [2, 2]
    assert _said(distributed_stack, "Traceback") == [0, 0]


@pytest.mark.timeout(240)
def test_a_database_that_restarts_loses_nothing(
    distributed_stack: Stack, postgres_server: Postgres
) -> None:
    """A fast shutdown, then a crash, with requests and steps under way: every post ends once. Each
    process says at most once a minute that the database is away, and has no traceback for it."""
    client = create_client(distributed_stack)
    for end in (postgres_server.stop, postgres_server.kill):
        _publish(client, 10)
        end()
        wait_until(lambda: _problems(distributed_stack), what="the web process notices it")
        postgres_server.start()
        _publish(client, 10)
    assert wait_and_reconcile(distributed_stack, [client]).published == len(client.accepted) >= 20
    assert all(distributed_stack.processes[name].running for name in distributed_stack.roles), (
        "a process has exited"
    )
    said = _counts(distributed_stack, "the database does not answer")
    assert said["web"] >= 1
    assert max(said.values()) <= 2
    assert max(_counts(distributed_stack, "Traceback").values()) == 0


def _problems(stack: Stack) -> list[str]:
    """What /readyz says is wrong."""
    found: list[str] = stack.client.get(stack.origin + "/readyz").json()["problems"]
    return found


def _transaction_ids(stack: Stack) -> int:
    """How many transactions have written something, ever."""
    address = stack.database_url.replace("+psycopg", "", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        row = connection.execute("SELECT txid_snapshot_xmax(txid_current_snapshot())").fetchone()
    assert row is not None
    return int(row[0])


def _counts(stack: Stack, text: str) -> dict[str, int]:
    """How often each process has written a text."""
    return {name: stack.processes[name].output().count(text) for name in stack.roles}


def _said(stack: Stack, text: str) -> list[int]:
    """How often each beat has written a text."""
    return [count for name, count in _counts(stack, text).items() if name.endswith("beat")]


def _publish(client: RecordingClient, count: int) -> None:
    for _ in range(count):
        client.publish("publish_now")


def _freeze(stack: Stack, *, frozen: bool) -> None:
    for name in stack.workers:
        process = stack.processes[name]
        process.pause() if frozen else process.resume()
