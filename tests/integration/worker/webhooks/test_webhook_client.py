"""Calls to a receiver of webhooks: addresses, Retry-After, secrets, concurrency, crashes. On SQLite
only."""

import signal
import socket
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update
from standardwebhooks import WebhookVerificationError

from media.safe_transport import PinnedTransport
from models.database import Database
from models.store import clock
from models.store.webhooks import endpoints
from models.tables import WEBHOOK_ENDPOINT
from tests.integration.scheduler.queue_factories import database_url
from tests.integration.store.webhook_factories import SECRET, update_endpoint
from tests.integration.worker.webhooks.webhook_harness import (
    SHORT_DELAYS,
    WebhookHarness,
    run_webhook_harness,
)
from tests.integration.worker.webhooks.webhook_receiver import ScriptedAnswer, run_receiver
from tests.paths import ROOT
from tests.processes import Process
from tests.service_context import CIPHER
from worker.fair_semaphore import FairSemaphore
from worker.webhooks.endpoint_concurrency import EndpointConcurrency
from worker.webhooks.webhook_client import WebhookClient

NOW = timedelta(0)


@pytest.fixture
def webhook_harness(sqlite_database: Database, tmp_path: Path) -> Iterator[WebhookHarness]:
    """A harness with a receiver."""
    with run_webhook_harness(sqlite_database, tmp_path) as found:
        yield found


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (ScriptedAnswer(503), "the receiver answered 503"),
        (
            ScriptedAnswer(301, {"Location": "/"}),
            "the receiver answered 301; redirects are not followed",
        ),
        (ScriptedAnswer(hangs_up=True), "the address cannot be reached (RemoteProtocolError)"),
    ],
)
def test_after_its_last_attempt_it_is_given_up(
    webhook_harness: WebhookHarness, answer: ScriptedAnswer, words: str
) -> None:
    """The delivery stores the reason, the endpoint counts it, and stays enabled."""
    webhook_harness.receiver.act = lambda _number: answer
    endpoint = webhook_harness.add_endpoint()
    row = webhook_harness.wait_until_ended(webhook_harness.send_test_event(endpoint))
    assert (row.status, row.attempts, row.error) == ("failed", len(SHORT_DELAYS) + 1, words)
    assert len(webhook_harness.receiver.calls) == len(SHORT_DELAYS) + 1
    found = webhook_harness.read_endpoint(endpoint)
    assert (found.is_enabled, found.failures) == (True, 1)
    assert found.failing_since is not None


def test_a_pause_that_is_asked_for_is_kept(webhook_harness: WebhookHarness) -> None:
    """Retry-After in seconds: no attempt before that."""
    webhook_harness.receiver.act = lambda _number: ScriptedAnswer(429, {"Retry-After": "3600"})
    sent = webhook_harness.send_test_event(webhook_harness.add_endpoint())
    row = webhook_harness.harness.dispatch_until(
        lambda: (found := webhook_harness.harness.read_job(sent)).claim is None
        and webhook_harness.read_message(sent).attempts and found, what="a release",
    )  # fmt: skip
    assert row.wake_at - webhook_harness.read_message(sent).created_at >= timedelta(seconds=3600)
    assert webhook_harness.read_message(sent).error == "the receiver answered 429"


def test_no_private_address_is_called(webhook_harness: WebhookHarness) -> None:
    """Neither by number nor by a name with such an address: no connection, and the delivery has the
    reason."""
    came: list[object] = []

    async def resolve(_host: str, _port: int) -> list[str]:
        return ["93.184.216.34", "127.0.0.1"]

    def answer(request: httpx.Request) -> httpx.Response:
        came.append(request)
        return httpx.Response(200)

    def transport() -> httpx.AsyncBaseTransport:
        return PinnedTransport(httpx.MockTransport(answer), allow_private=False, resolve=resolve)

    webhook_harness.start_runner(
        WebhookClient(CIPHER, allow_private=False, transport=transport), delays=()
    )
    port = webhook_harness.receiver.url.rpartition(":")[2].partition("/")[0]
    for url in (
        f"https://127.0.0.1:{port}/",
        f"https://localhost:{port}/",
        f"https://receiver.example:{port}/",
    ):
        row = webhook_harness.wait_until_ended(
            webhook_harness.send_test_event(webhook_harness.add_endpoint(url=url))
        )
        assert (row.status, row.error) == ("failed", "the address must lead to a public address")
    row = webhook_harness.wait_until_ended(
        webhook_harness.send_test_event(webhook_harness.add_endpoint())
    )
    assert row.error == "the address must be an https:// address"
    assert came == webhook_harness.receiver.calls == []


def test_a_slow_receiver_keeps_nobody_waiting(webhook_harness: WebhookHarness) -> None:
    """While it has all its calls in flight, posts are published and other receivers get their
    events."""
    webhook_harness.start_runner(
        concurrency=EndpointConcurrency(8, 2, 2, 2, calls_reserve=0, queue_reserve=0)
    )
    # One slot for posts: if it waited for a webhook, no post would be published.
    webhook_harness.harness.runners[-1].context.concurrency._running = FairSemaphore(1, 0)
    slow = threading.Event()
    with run_receiver() as thinking:
        thinking.act = lambda _number: ScriptedAnswer(until=slow)
        endpoint = webhook_harness.add_endpoint([], thinking.url)
        waiting = [webhook_harness.send_test_event(endpoint) for _ in range(12)]
        webhook_harness.harness.dispatch_until(
            lambda: len(thinking.calls) == 2, what="two calls at once"
        )
        webhook_harness.add_endpoint(["post.published"])
        post = webhook_harness.harness.accept()
        assert webhook_harness.harness.run_to_end(post)[0].status == "published"
        webhook_harness.harness.dispatch_until(
            lambda: webhook_harness.receiver.events() == ["post.published"], what="the news"
        )
        assert len(thinking.calls) == 2
        assert {webhook_harness.read_message(each).status for each in waiting} == {"pending"}
        slow.set()
        for each in waiting[:2]:
            webhook_harness.wait_until_ended(each)
        webhook_harness.harness.stop_runner(webhook_harness.harness.runners[-1])


def test_too_many_in_the_queue_come_back_later(webhook_harness: WebhookHarness) -> None:
    """They are released without an attempt, and all are delivered in the end, each once."""
    places = EndpointConcurrency(2, 1, 1, 1, calls_reserve=0, queue_reserve=0)
    webhook_harness.start_runner(concurrency=places, busy_delay=timedelta(seconds=0.05))
    endpoint = webhook_harness.add_endpoint()
    sent = [webhook_harness.send_test_event(endpoint) for _ in range(8)]
    rows = [webhook_harness.wait_until_ended(each) for each in sent]
    assert {(row.status, row.attempts) for row in rows} == {("delivered", 1)}
    assert sorted(call.id for call in webhook_harness.receiver.calls) == sorted(
        row.event_id for row in rows
    )


def test_after_a_rotation_both_secrets_sign_for_a_day(webhook_harness: WebhookHarness) -> None:
    """Receivers may switch at any time in that day; after it the old secret is not used."""
    endpoint = webhook_harness.add_endpoint()
    other = "whsec_" + "B" * 43 + "="
    with webhook_harness.harness.database.write() as session:
        row = webhook_harness.read_endpoint(endpoint)
        endpoints.rotate_secret(session, row, CIPHER.encrypt(other), clock.now(session))
    webhook_harness.wait_until_ended(webhook_harness.send_test_event(endpoint))
    assert webhook_harness.receiver.calls[0].verify_signature(
        other
    ) == webhook_harness.receiver.calls[0].verify_signature(SECRET)
    with webhook_harness.harness.database.write() as session:
        past = {"previous_until": clock.now(session)}
        session.connection().execute(update(WEBHOOK_ENDPOINT).values(past))
    webhook_harness.wait_until_ended(webhook_harness.send_test_event(endpoint))
    assert webhook_harness.receiver.calls[1].verify_signature(other)
    with pytest.raises(WebhookVerificationError):
        webhook_harness.receiver.calls[1].verify_signature(SECRET)


def test_a_stopped_worker_gives_back_what_it_had_not_sent(webhook_harness: WebhookHarness) -> None:
    """Running calls are finished; waiting ones are free for the next worker at once."""
    webhook_harness.start_runner(concurrency=EndpointConcurrency(calls=1, per_endpoint=1))
    answered = threading.Event()
    webhook_harness.receiver.act = lambda _number: ScriptedAnswer(until=answered)
    endpoint = webhook_harness.add_endpoint()
    sent = [webhook_harness.send_test_event(endpoint) for _ in range(3)]
    webhook_harness.harness.dispatch_until(lambda: webhook_harness.receiver.calls, what="the call")
    leaver = webhook_harness.harness.runners[-1]
    ending = threading.Thread(target=webhook_harness.harness.stop_runner, args=(leaver,))
    webhook_harness.harness.dispatch_until(
        lambda: all(webhook_harness.harness.read_job(each).claim for each in sent),
        what="all claimed",
    )
    ending.start()
    webhook_harness.harness.dispatch_until(
        lambda: leaver.context.concurrency.is_draining, what="the end to begin"
    )
    answered.set()
    ending.join()
    assert len(webhook_harness.receiver.calls) == 1
    webhook_harness.start_runner()
    for each in sent:
        assert webhook_harness.wait_until_ended(each).attempts == 1
    assert len(webhook_harness.receiver.calls) == 3


def test_a_port_where_nobody_listens(webhook_harness: WebhookHarness) -> None:
    """The delivery's error says that it cannot be reached, and shows nothing of the URL."""
    webhook_harness.start_runner(delays=())
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/?token=t0k3n"
        row = webhook_harness.wait_until_ended(
            webhook_harness.send_test_event(webhook_harness.add_endpoint(url=url))
        )
    assert row.error == "the address cannot be reached (ConnectError)"


def test_sigkill_between_call_and_commit(webhook_harness: WebhookHarness, tmp_path: Path) -> None:
    """The receiver has it, but the result was not stored: it is sent again under its id."""
    webhook_harness.start_runner()
    sent = webhook_harness.send_test_event(webhook_harness.add_endpoint())
    command = [
        sys.executable,
        "-m",
        "tests.integration.worker.webhooks.crashing_worker",
        database_url(webhook_harness.harness.database),
    ]
    with Process(command, log=tmp_path / "doomed.log", cwd=ROOT) as worker:
        assert worker.wait() == -signal.SIGKILL, worker.output()
    assert len(webhook_harness.receiver.calls) == 1
    assert (
        webhook_harness.read_message(sent).status,
        webhook_harness.read_message(sent).attempts,
    ) == ("pending", 0)
    row = webhook_harness.wait_until_ended(sent)
    assert (row.status, row.attempts) == ("delivered", 1)
    first, second = webhook_harness.receiver.calls
    assert (
        (first.id, first.body) == (second.id, second.body) == (row.event_id, row.payload.encode())
    )


def test_what_is_switched_off_meanwhile_is_not_sent(webhook_harness: WebhookHarness) -> None:
    """One call is in flight, another waits: the second is never made."""
    webhook_harness.start_runner(concurrency=EndpointConcurrency(per_endpoint=1))
    answered = threading.Event()
    webhook_harness.receiver.act = lambda _number: ScriptedAnswer(until=answered)
    endpoint = webhook_harness.add_endpoint()
    sent = [webhook_harness.send_test_event(endpoint) for _ in range(2)]
    webhook_harness.harness.dispatch_until(lambda: webhook_harness.receiver.calls, what="the call")
    webhook_harness.harness.dispatch_until(
        lambda: all(webhook_harness.harness.read_job(each).claim for each in sent),
        what="both claimed",
    )
    update_endpoint(
        webhook_harness.harness.database,
        webhook_harness.harness.organization_id,
        endpoint,
        is_enabled=False,
    )
    answered.set()
    rows = [webhook_harness.wait_until_ended(each) for each in sent]
    assert sorted(row.status for row in rows) == ["delivered", "failed"]
    assert len(webhook_harness.receiver.calls) == 1
