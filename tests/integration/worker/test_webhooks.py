"""Webhooks delivered by a worker to a real receiver: signed, repeated, given up, switched off."""

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from models.database import Database
from models.store import clock
from models.store.jobs.job_queue import JOB
from models.store.queue import seats
from models.store.webhooks import endpoints, webhook_log
from models.store.webhooks.outbox import WEBHOOK_DELIVERY
from tests.integration.store.listeners import update_endpoint
from tests.integration.worker.hooks import SHORT_DELAYS, WebhookHarness, run_webhook_harness
from tests.integration.worker.receiver import ScriptedAnswer
from tests.integration.worker.test_claims import expire_claims
from tests.integration.worker.workshop import FAST_POLICY, VAULT
from worker.webhooks.webhook_client import WebhookClient

NOW = timedelta(0)
# Where both databases are asked the same as elsewhere.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def hooks(database: Database, tmp_path: Path) -> Iterator[WebhookHarness]:
    """A workshop with a receiver."""
    with run_webhook_harness(database, tmp_path) as found:
        yield found


def test_a_delivery_is_signed_and_made_once(hooks: WebhookHarness) -> None:
    """POST of the stored text with the three headers; taken, it is over, and the job is gone."""
    sent = hooks.send_test_event(hooks.add_endpoint())
    row = hooks.wait_until_ended(sent)
    (call,) = hooks.receiver.calls
    assert call.verify_signature()["type"] == "webhook.test"
    assert call.body.decode() == row.payload
    assert (call.id, call.path) == (row.event_id, "/hook?token=t0k3n")
    assert call.headers["content-type"] == "application/json"
    assert call.headers["user-agent"].startswith("Slotbeat-Webhooks/")
    assert (row.status, row.attempts, row.last_http_status, row.error) == (
        "delivered", 1, 200, None,
    )  # fmt: skip
    assert row.delivered_at >= row.created_at


def test_what_fails_is_repeated_under_the_same_id(hooks: WebhookHarness) -> None:
    """A refusal, a hang-up, a redirect, silence; then it is taken. Each attempt is signed anew."""
    hooks.start_runner(WebhookClient(VAULT, allow_private=True, timeout=0.5), delays=(SHORT_DELAYS[0],) * 9)
    never = threading.Event()
    troubles = [
        ScriptedAnswer(500),
        ScriptedAnswer(hangs_up=True),
        ScriptedAnswer(302, {"Location": hooks.receiver.url.replace("hook", "elsewhere")}),
        ScriptedAnswer(until=never),
        ScriptedAnswer(404),
    ]
    hooks.receiver.act = lambda number: [*troubles, ScriptedAnswer(204)][number - 1]
    endpoint = hooks.add_endpoint()
    sent = hooks.send_test_event(endpoint)
    row = hooks.wait_until_ended(sent)
    never.set()
    assert (row.status, row.attempts, row.last_http_status, row.error) == (
        "delivered", 6, 204, None,
    )  # fmt: skip
    assert {call.id for call in hooks.receiver.calls} == {row.event_id}
    assert {call.path for call in hooks.receiver.calls} == {"/hook?token=t0k3n"}
    assert len({call.body for call in hooks.receiver.calls}) == 1
    assert all(call.verify_signature() for call in hooks.receiver.calls)
    found = hooks.read_endpoint(endpoint)
    assert (found.failures, found.failing_since) == (0, None)


def test_a_receiver_that_is_gone_is_switched_off_at_once(
    hooks: WebhookHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """410: no other attempt; what waits for it ends, too, and the log names no address."""
    caplog.set_level(logging.WARNING)
    endpoint = hooks.add_endpoint()
    waiting = hooks.send_test_event(endpoint)
    hooks.shop.dispatch_until(lambda: hooks.read_message(waiting).status == "delivered", what="the first")
    hooks.receiver.act = lambda _number: ScriptedAnswer(429, {"Retry-After": "3600"})
    waiting = hooks.send_test_event(endpoint)
    hooks.shop.dispatch_until(lambda: hooks.read_message(waiting).attempts == 1, what="the second")
    hooks.receiver.act = lambda _number: ScriptedAnswer(410)
    row = hooks.wait_until_ended(hooks.send_test_event(endpoint))
    assert (row.status, row.attempts, row.last_http_status) == ("failed", 1, 410)
    found = hooks.read_endpoint(endpoint)
    assert (found.is_enabled, found.disabled_reason) == (False, "the receiver answered 410 Gone")
    left = hooks.wait_until_ended(waiting)
    assert (left.status, left.attempts, left.error) == ("failed", 1, "the endpoint is switched off")
    hooks.shop.dispatch_until(lambda: not hooks.is_enabled(), what="the settings to know")
    assert f"webhook endpoint {endpoint} is switched off" in caplog.text
    assert "t0k3n" not in caplog.text


def test_an_endpoint_that_fails_for_long_is_switched_off(hooks: WebhookHarness) -> None:
    """After so many deliveries in a row that were given up, and none that got through for long."""
    hooks.start_runner(delays=(), max_failed_deliveries=2, grace_period=NOW)
    hooks.receiver.act = lambda _number: ScriptedAnswer(500)
    endpoint = hooks.add_endpoint()
    hooks.wait_until_ended(hooks.send_test_event(endpoint))
    assert hooks.read_endpoint(endpoint).is_enabled
    hooks.wait_until_ended(hooks.send_test_event(endpoint))
    found = hooks.shop.dispatch_until(
        lambda: not (row := hooks.read_endpoint(endpoint)).is_enabled and row, what="the end"
    )
    assert "2 deliveries in a row" in found.disabled_reason
    assert "the receiver answered 500" in found.disabled_reason
    update_endpoint(hooks.shop.database, hooks.shop.organization_id, endpoint, is_enabled=True)
    found = hooks.read_endpoint(endpoint)
    assert (found.failures, found.failing_since, found.disabled_reason) == (0, None, None)


@on_sqlite
def test_a_success_between_failures_counts(hooks: WebhookHarness) -> None:
    """Given up, taken, given up: that is one in a row."""
    hooks.start_runner(delays=(), max_failed_deliveries=2, grace_period=NOW)
    hooks.receiver.answers(500, 200, 500)
    endpoint = hooks.add_endpoint()
    for _ in range(3):
        hooks.wait_until_ended(hooks.send_test_event(endpoint))
    found = hooks.read_endpoint(endpoint)
    assert (found.is_enabled, found.failures) == (True, 1)


def test_a_worker_that_lost_its_claim_writes_nothing(hooks: WebhookHarness) -> None:
    """It has called, and another worker calls again, under the same id; that one's word counts."""
    first_is_answered = threading.Event()
    hooks.receiver.act = lambda number: ScriptedAnswer(
        500 if number == 1 else 200, until=first_is_answered if number == 1 else None
    )
    sent = hooks.send_test_event(hooks.add_endpoint())
    hooks.shop.dispatch_until(lambda: len(hooks.receiver.calls) == 1, what="the first call")
    slow = hooks.shop.runners[-1]
    hooks.start_runner()
    expire_claims(hooks.shop)
    row = hooks.wait_until_ended(sent)
    first_is_answered.set()
    hooks.shop.stop_runner(slow)
    assert [call.id for call in hooks.receiver.calls] == [row.event_id] * 2
    assert hooks.read_message(sent) == row
    assert (row.status, row.attempts) == ("delivered", 1)


def test_an_endpoint_may_be_deleted_in_the_middle_of_a_call(
    hooks: WebhookHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever is calling finds the claim lost; nothing is left, and nothing breaks."""
    answered = threading.Event()
    hooks.receiver.act = lambda _number: ScriptedAnswer(until=answered)
    endpoint = hooks.add_endpoint()
    sent = hooks.send_test_event(endpoint)
    hooks.shop.dispatch_until(lambda: hooks.receiver.calls, what="the call")
    with hooks.shop.database.write() as session:
        seats.lock_organization(session, hooks.shop.organization_id)
        endpoints.remove(session, hooks.read_endpoint(endpoint))
    answered.set()
    hooks.shop.stop_runner(hooks.shop.runners[-1])
    assert not hooks.has_job(sent)
    assert not hooks.is_enabled()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@on_sqlite
def test_a_job_without_its_delivery_ends(hooks: WebhookHarness) -> None:
    """As where an endpoint was deleted while an event was being written for it."""
    sent = hooks.send_test_event(hooks.add_endpoint())
    with hooks.shop.database.write() as session:
        session.connection().execute(delete(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.id == sent))
    hooks.shop.dispatch_until(lambda: not hooks.has_job(sent), what="the end of the job")
    assert hooks.receiver.calls == []


def test_what_is_asked_for_again_in_the_middle_of_a_call_is_sent_again(hooks: WebhookHarness) -> None:
    """The last attempt fails while its owner asks for another: the request is not lost."""
    hooks.start_runner(delays=())
    answered = threading.Event()
    hooks.receiver.act = lambda number: ScriptedAnswer(500 if number == 1 else 200, until=answered)
    sent = hooks.send_test_event(hooks.add_endpoint())
    hooks.shop.dispatch_until(lambda: hooks.receiver.calls, what="the call")
    with hooks.shop.database.write() as session:
        webhook_log.redeliver(session, sent, clock.now(session))
    answered.set()
    row = hooks.wait_until_ended(sent)
    assert (row.status, len(hooks.receiver.calls)) == ("delivered", 2)


def test_jobs_are_free_again_when_all_is_sent(hooks: WebhookHarness) -> None:
    """No claim and no job stays behind a lot of deliveries."""
    endpoint = hooks.add_endpoint()
    sent = [hooks.send_test_event(endpoint) for _ in range(20)]
    for each in sent:
        hooks.wait_until_ended(each)
    with hooks.shop.database.read() as session:
        left = JOB.select().where(JOB.c.kind == "webhook")
        assert session.connection().execute(left).all() == []


@on_sqlite
def test_a_delivery_over_which_workers_die_ends(hooks: WebhookHarness) -> None:
    """After so many deaths in a row it is given up without another call, and says why."""
    sent = hooks.send_test_event(hooks.add_endpoint())
    with hooks.shop.database.write() as session:
        poison = update(JOB).where(JOB.c.subject_id == sent)
        session.connection().execute(poison.values(rescues=FAST_POLICY.rescues + 1))
    row = hooks.wait_until_ended(sent)
    assert row.status == "failed"
    assert row.error == "11 workers died over this delivery; see their logs"
    assert hooks.receiver.calls == []
