"""RabbitMQ as broker: the whole stack while it is killed and comes back without its queue."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from celery import Celery

from config.celery_settings import celery_settings
from scheduler import broker
from scheduler.dispatch import BROKER_ERRORS
from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.extra.rabbitmq_server import RabbitMq
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client
from tests.wait import wait_until

ROLES = ("web", "beat", "second beat", "worker", "second forked worker")
BEATS = ("beat", "second beat")
POSTS = 60


@pytest.fixture(scope="module")
def rabbitmq() -> Iterator[RabbitMq]:
    """A broker of its own."""
    with RabbitMq() as server:
        yield server


def test_a_frozen_rabbitmq_does_not_hold_beat_up(
    rabbitmq: RabbitMq, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It never says that it has a message: the send ends as one that failed, and works later."""
    monkeypatch.setattr(broker, "CONFIRM_TIMEOUT", 0.5)
    app = Celery("tests", set_as_current=False)
    app.conf.update({**celery_settings(rabbitmq.url), "broker_connection_timeout": 0.5})
    beats_broker = broker.CeleryBroker(app)
    beats_broker.send("post.carry", ["1"])
    rabbitmq.freeze(frozen=True)
    try:
        with pytest.raises(BROKER_ERRORS):
            beats_broker.send("post.carry", ["2"])
        with pytest.raises(BROKER_ERRORS):
            beats_broker.check()
    finally:
        rabbitmq.freeze(frozen=False)
    wait_until(lambda: succeeds(beats_broker.check), 30, "a connection")
    wait_until(lambda: succeeds(lambda: beats_broker.send("post.carry", ["3"])), 30, "a message")
    app.close()


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


def succeeds(act: Callable[[], None]) -> bool:
    """Whether the broker answers an act."""
    with suppress(*BROKER_ERRORS):
        act()
        return True
    return False


def publish(client: RecordingClient, count: int) -> None:
    """Publish so many posts now."""
    for _ in range(count):
        client.publish("publish_now")


def lines(stack: Stack, text: str) -> dict[str, int]:
    """How many log lines with a text each process has written, of those that have one."""
    found = {name: stack.processes[name].output().count(text) for name in stack.roles}
    return {name: count for name, count in found.items() if count}
