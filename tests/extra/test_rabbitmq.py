"""RabbitMQ as broker: the whole stack while it is killed and comes back without its queue."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.extra.rabbitmq_server import RabbitMq
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client
from tests.wait import wait_until

ROLES = ("web", "beat", "second beat", "worker", "second forked worker")
BEATS = ("beat", "second beat")
POSTS = 60


@pytest.fixture
def rabbitmq() -> Iterator[RabbitMq]:
    """A broker of its own."""
    with RabbitMq() as broker:
        yield broker


@pytest.mark.timeout(240)
def test_a_rabbitmq_that_loses_its_queue_costs_no_post(
    rabbitmq: RabbitMq, postgres_url: str, tmp_path: Path
) -> None:
    """The broker dies while posts go out, and a worker and a beat with it; it returns without the
    queue. Each post goes out once, and the processes that lived say so once."""
    settings = {**PATIENT_RETRIES, "LOG_LEVEL": "info"}  # Celery writes tracebacks as debug lines
    with Stack(tmp_path, postgres_url, rabbitmq.url, 0, roles=ROLES, settings=settings) as stack:
        client = create_client(stack)
        publish(client, POSTS)
        wait_until(lambda: len(stack.publications()) > POSTS // 10, 60, "posts go out")
        rabbitmq.kill()
        publish(client, POSTS)
        stack.processes["worker"].kill()
        wait_until(lambda: lines(stack, "takes no messages"), 60, "beats notice it")
        stack.processes["second beat"].kill()
        rabbitmq.restart(empty=True)
        stack.revive()
        publish(client, POSTS)
        assert wait_and_reconcile(stack, [client]).published == 3 * POSTS
        wait_until(lambda: lines(stack, "is back")["beat"] == 1, 60, "beat says that it is back")
        assert lines(stack, "takes no messages")["beat"] == 1
        assert lines(stack, "cannot be reached")["second forked worker"] == 1
        output = "".join(each.output() for each in stack.processes.values())
    assert "Traceback" not in output


def publish(client: RecordingClient, count: int) -> None:
    """Publish so many posts now."""
    for _ in range(count):
        client.publish("publish_now")


def lines(stack: Stack, text: str) -> dict[str, int]:
    """How many log lines with a text each process has written, of those that have one."""
    found = {name: stack.processes[name].output().count(text) for name in stack.roles}
    return {name: count for name, count in found.items() if count}
