"""Servers that answer, and refuse: a Redis that is full, only reads or wants another password, and
a PostgreSQL without a free connection, while posts are accepted and workers are killed."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client
from tests.servers import Postgres, Redis
from tests.servers.refusing_redis import full_redis, other_password, reading_redis
from tests.servers.taken_connections import taken_connections
from tests.wait import wait_until

ROLES = ("web", "beat", "second beat", "worker", "forked worker")
QUEUE = "slotbeat"
BROKER_AWAY = "the broker is away for every beat"
NO_CONNECTION = "the database does not answer: it takes no more connections"


@pytest.fixture
def stack(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[Stack]:
    """All kinds of processes; web counts requests in Redis."""
    settings = {**PATIENT_RETRIES, "RATE_LIMIT": "1000000", "LOG_LEVEL": "info"}
    with Stack(tmp_path, postgres_url, redis_url, 0, roles=ROLES, settings=settings) as running:
        yield running


@pytest.mark.timeout(300)
def test_servers_that_refuse_cost_time_and_no_post(
    stack: Stack, postgres_server: Postgres, redis_server: Redis
) -> None:
    """Each is said with what to do about it, no process ends or writes a traceback, requests that
    need the database are 503 with Retry-After, and what was accepted goes out once."""
    client = create_client(stack)
    answers = count_answers(client)
    for refuse in (full_redis, reading_redis, other_password):
        queue_messages(stack, client, redis_server)
        with refuse(redis_server):
            freeze_workers(stack, frozen=False)
            publish(client, 3)
            wait_until(lambda: BROKER_AWAY in problems(stack), 60, BROKER_AWAY)
            restart_killed(stack, "worker")
            publish(client, 3)
        wait_until(lambda: not problems(stack), 90, "everything is ready again")
    assert set(answers) == {(200, None)}
    with taken_connections(postgres_server):
        publish(client, 6)
        assert problems(stack) == [NO_CONNECTION]
        restart_killed(stack, "worker")
        publish(client, 6)
    wait_until(lambda: not problems(stack), 90, "everything is ready again")
    publish(client, 3)
    assert answers[503, "5"] >= 12
    assert set(answers) == {(200, None), (503, "5")}
    report = wait_and_reconcile(stack, [client])
    assert report.published == len(client.accepted) == 30
    assert_quiet(stack)


def count_answers(client: RecordingClient) -> Counter[tuple[int, str | None]]:
    """Count the client's answers from now on: status and Retry-After."""
    answers: Counter[tuple[int, str | None]] = Counter()

    def count(answer: httpx.Response) -> None:
        answers[answer.status_code, answer.headers.get("Retry-After")] += 1

    client.stack.client.event_hooks["response"] = [
        lambda answer: count(answer) if answer.request.method == "POST" else None
    ]
    return answers


def queue_messages(stack: Stack, client: RecordingClient, redis_server: Redis) -> None:
    """Leave messages in the broker, and the workers frozen."""
    freeze_workers(stack, frozen=True)
    publish(client, 3)
    with redis_server.client() as redis_client:
        wait_until(lambda: redis_client.llen(QUEUE), what="messages in the broker")


def freeze_workers(stack: Stack, *, frozen: bool) -> None:
    """Freeze all workers, or let them go on."""
    for name in stack.workers:
        process = stack.processes[name]
        process.pause() if frozen else process.resume()


def restart_killed(stack: Stack, name: str) -> None:
    """SIGKILL a process, and start it again, as a supervisor does."""
    stack.processes[name].kill()
    stack.start(name)


def publish(client: RecordingClient, count: int) -> None:
    """Publish so many posts."""
    for _ in range(count):
        client.publish("publish_now", photo=False)


def problems(stack: Stack) -> Any:  # noqa: ANN401  (JSON)
    """What `/readyz` says."""
    return stack.client.get(stack.origin + "/readyz").json()["problems"]


def assert_quiet(stack: Stack) -> None:
    """No process has ended by itself or written a traceback, and beats say what to do, not
    often."""
    ended = [name for name, process in stack.processes.items() if not process.running]
    assert not ended, f"ended by themselves: {ended}"
    for log in stack.folder.glob("*.log"):
        assert "Traceback" not in log.read_text(), log.name
    beat = stack.processes["beat"].output()
    assert "raise its maxmemory" in beat
    assert "raise its max_connections" in beat
    assert beat.count("takes no messages") <= 6
