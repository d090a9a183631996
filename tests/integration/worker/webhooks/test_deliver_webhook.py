"""Webhooks delivered by a worker to a real receiver: signed, repeated, given up, disabled."""

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from models.database import Database
from models.store import clock
from models.store.tenants import social_settings
from models.store.webhooks import endpoints, webhook_log
from models.tables import JOB, WEBHOOK_DELIVERY
from services import organizations
from tests.integration.store.webhook_factories import update_endpoint
from tests.integration.worker.posts.test_claims import expire_claims
from tests.integration.worker.webhooks.webhook_harness import (
    SHORT_DELAYS,
    WebhookHarness,
    run_webhook_harness,
)
from tests.integration.worker.webhooks.webhook_receiver import ScriptedAnswer
from tests.integration.worker.worker_harness import FAST_POLICY
from tests.service_context import CIPHER
from worker.webhooks.webhook_client import WebhookClient

NOW = timedelta(0)
# For tests that need only one of the two databases.
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def webhook_harness(database: Database, tmp_path: Path) -> Iterator[WebhookHarness]:
    """A harness with a receiver."""
    with run_webhook_harness(database, tmp_path) as found:
        yield found


def test_a_delivery_is_signed_and_made_once(webhook_harness: WebhookHarness) -> None:
    """POST of the stored text with the three headers. After a success it is done, and the job is
    deleted."""
    sent = webhook_harness.send_test_event(webhook_harness.add_endpoint())
    row = webhook_harness.wait_until_ended(sent)
    (call,) = webhook_harness.receiver.calls
    assert call.verify_signature()["type"] == "webhook.test"
    assert call.body.decode() == row.payload
    assert (call.id, call.path) == (row.event_id, "/hook?token=t0k3n")
    assert call.headers["content-type"] == "application/json"
    assert call.headers["user-agent"].startswith("Slotbeat-Webhooks/")
    assert (row.status, row.attempts, row.last_http_status, row.error) == (
        "delivered", 1, 200, None,
    )  # fmt: skip
    assert row.delivered_at >= row.created_at


def test_what_fails_is_repeated_under_the_same_id(webhook_harness: WebhookHarness) -> None:
    """A refusal, a closed connection, a redirect, a timeout; then a success. Each attempt has a new
    signature."""
    webhook_harness.start_runner(
        WebhookClient(CIPHER, allow_private=True, timeout=0.5), delays=(SHORT_DELAYS[0],) * 9
    )
    never = threading.Event()
    troubles = [
        ScriptedAnswer(500),
        ScriptedAnswer(hangs_up=True),
        ScriptedAnswer(
            302, {"Location": webhook_harness.receiver.url.replace("hook", "elsewhere")}
        ),
        ScriptedAnswer(until=never),
        ScriptedAnswer(404),
    ]
    webhook_harness.receiver.act = lambda number: [*troubles, ScriptedAnswer(204)][number - 1]
    endpoint = webhook_harness.add_endpoint()
    sent = webhook_harness.send_test_event(endpoint)
    row = webhook_harness.wait_until_ended(sent)
    never.set()
    assert (row.status, row.attempts, row.last_http_status, row.error) == (
        "delivered", 6, 204, None,
    )  # fmt: skip
    assert {call.id for call in webhook_harness.receiver.calls} == {row.event_id}
    assert {call.path for call in webhook_harness.receiver.calls} == {"/hook?token=t0k3n"}
    assert len({call.body for call in webhook_harness.receiver.calls}) == 1
    assert all(call.verify_signature() for call in webhook_harness.receiver.calls)
    found = webhook_harness.read_endpoint(endpoint)
    assert (found.failures, found.failing_since) == (0, None)


def test_a_receiver_that_is_gone_is_switched_off_at_once(
    webhook_harness: WebhookHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """410: no other attempt; the endpoint's other deliveries end, too, and the log shows no URL."""
    caplog.set_level(logging.WARNING)
    endpoint = webhook_harness.add_endpoint()
    waiting = webhook_harness.send_test_event(endpoint)
    webhook_harness.harness.dispatch_until(
        lambda: webhook_harness.read_message(waiting).status == "delivered", what="the first"
    )
    webhook_harness.receiver.act = lambda _number: ScriptedAnswer(429, {"Retry-After": "3600"})
    waiting = webhook_harness.send_test_event(endpoint)
    webhook_harness.harness.dispatch_until(
        lambda: webhook_harness.read_message(waiting).attempts == 1, what="the second"
    )
    webhook_harness.receiver.act = lambda _number: ScriptedAnswer(410)
    row = webhook_harness.wait_until_ended(webhook_harness.send_test_event(endpoint))
    assert (row.status, row.attempts, row.last_http_status) == ("failed", 1, 410)
    found = webhook_harness.read_endpoint(endpoint)
    assert (found.is_enabled, found.disabled_reason) == (False, "the receiver answered 410 Gone")
    left = webhook_harness.wait_until_ended(waiting)
    assert (left.status, left.attempts, left.error) == ("failed", 1, "the endpoint is switched off")
    webhook_harness.harness.dispatch_until(
        lambda: not webhook_harness.is_enabled(), what="the settings to know"
    )
    assert f"webhook endpoint {endpoint} is switched off" in caplog.text
    assert "t0k3n" not in caplog.text


def test_an_endpoint_that_fails_for_long_is_switched_off(webhook_harness: WebhookHarness) -> None:
    """After a number of failed deliveries in a row, and no success for long."""
    webhook_harness.start_runner(delays=(), max_failed_deliveries=2, grace_period=NOW)
    webhook_harness.receiver.act = lambda _number: ScriptedAnswer(500)
    endpoint = webhook_harness.add_endpoint()
    webhook_harness.wait_until_ended(webhook_harness.send_test_event(endpoint))
    assert webhook_harness.read_endpoint(endpoint).is_enabled
    webhook_harness.wait_until_ended(webhook_harness.send_test_event(endpoint))
    found = webhook_harness.harness.dispatch_until(
        lambda: not (row := webhook_harness.read_endpoint(endpoint)).is_enabled and row,
        what="the end",
    )
    assert "2 deliveries in a row" in found.disabled_reason
    assert "the receiver answered 500" in found.disabled_reason
    update_endpoint(
        webhook_harness.harness.database,
        webhook_harness.harness.organization_id,
        endpoint,
        is_enabled=True,
    )
    found = webhook_harness.read_endpoint(endpoint)
    assert (found.failures, found.failing_since, found.disabled_reason) == (0, None, None)


@on_sqlite
def test_a_success_between_failures_counts(webhook_harness: WebhookHarness) -> None:
    """Failed, delivered, failed: that is one in a row."""
    webhook_harness.start_runner(delays=(), max_failed_deliveries=2, grace_period=NOW)
    webhook_harness.receiver.answers(500, 200, 500)
    endpoint = webhook_harness.add_endpoint()
    for _ in range(3):
        webhook_harness.wait_until_ended(webhook_harness.send_test_event(endpoint))
    found = webhook_harness.read_endpoint(endpoint)
    assert (found.is_enabled, found.failures) == (True, 1)


def test_a_worker_that_lost_its_claim_writes_nothing(webhook_harness: WebhookHarness) -> None:
    """It has made its call, and another worker calls again, under the same id; the second result
    counts."""
    first_is_answered = threading.Event()
    webhook_harness.receiver.act = lambda number: ScriptedAnswer(
        500 if number == 1 else 200, until=first_is_answered if number == 1 else None
    )
    sent = webhook_harness.send_test_event(webhook_harness.add_endpoint())
    webhook_harness.harness.dispatch_until(
        lambda: len(webhook_harness.receiver.calls) == 1, what="the first call"
    )
    slow = webhook_harness.harness.runners[-1]
    webhook_harness.start_runner()
    expire_claims(webhook_harness.harness)
    row = webhook_harness.wait_until_ended(sent)
    first_is_answered.set()
    webhook_harness.harness.stop_runner(slow)
    assert [call.id for call in webhook_harness.receiver.calls] == [row.event_id] * 2
    assert webhook_harness.read_message(sent) == row
    assert (row.status, row.attempts) == ("delivered", 1)


def test_an_endpoint_may_be_deleted_in_the_middle_of_a_call(
    webhook_harness: WebhookHarness, caplog: pytest.LogCaptureFixture
) -> None:
    """The calling worker loses its claim; nothing is left, and nothing breaks."""
    answered = threading.Event()
    webhook_harness.receiver.act = lambda _number: ScriptedAnswer(until=answered)
    endpoint = webhook_harness.add_endpoint()
    sent = webhook_harness.send_test_event(endpoint)
    webhook_harness.harness.dispatch_until(lambda: webhook_harness.receiver.calls, what="the call")
    with webhook_harness.harness.database.write() as session:
        social_settings.lock_organization(session, webhook_harness.harness.organization_id)
        endpoints.remove(session, webhook_harness.read_endpoint(endpoint))
    answered.set()
    webhook_harness.harness.stop_runner(webhook_harness.harness.runners[-1])
    assert not webhook_harness.has_job(sent)
    assert not webhook_harness.is_enabled()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@on_sqlite
def test_a_job_without_its_delivery_ends(webhook_harness: WebhookHarness) -> None:
    """As if an endpoint was deleted while an event was being written for it."""
    sent = webhook_harness.send_test_event(webhook_harness.add_endpoint())
    with webhook_harness.harness.database.write() as session:
        session.connection().execute(delete(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.id == sent))
    webhook_harness.harness.dispatch_until(
        lambda: not webhook_harness.has_job(sent), what="the end of the job"
    )
    assert webhook_harness.receiver.calls == []


def test_what_is_asked_for_again_in_the_middle_of_a_call_is_sent_again(
    webhook_harness: WebhookHarness,
) -> None:
    """The last attempt fails while its owner asks for another: the request is not lost."""
    webhook_harness.start_runner(delays=())
    answered = threading.Event()
    webhook_harness.receiver.act = lambda number: ScriptedAnswer(
        500 if number == 1 else 200, until=answered
    )
    sent = webhook_harness.send_test_event(webhook_harness.add_endpoint())
    webhook_harness.harness.dispatch_until(lambda: webhook_harness.receiver.calls, what="the call")
    with webhook_harness.harness.database.write() as session:
        webhook_log.redeliver(
            session, sent, webhook_harness.harness.organization_id, clock.now(session)
        )
    answered.set()
    row = webhook_harness.wait_until_ended(sent)
    assert (row.status, len(webhook_harness.receiver.calls)) == ("delivered", 2)


def test_jobs_are_free_again_when_all_is_sent(webhook_harness: WebhookHarness) -> None:
    """After many deliveries, no claim and no job is left."""
    endpoint = webhook_harness.add_endpoint()
    sent = [webhook_harness.send_test_event(endpoint) for _ in range(20)]
    for each in sent:
        webhook_harness.wait_until_ended(each)
    with webhook_harness.harness.database.read() as session:
        left = JOB.select().where(JOB.c.kind == "webhook")
        assert session.connection().execute(left).all() == []


@on_sqlite
def test_a_delivery_over_which_workers_die_ends(webhook_harness: WebhookHarness) -> None:
    """After too many rescues it is given up without another call, with a reason."""
    sent = webhook_harness.send_test_event(webhook_harness.add_endpoint())
    with webhook_harness.harness.database.write() as session:
        poison = update(JOB).where(JOB.c.subject_id == sent)
        session.connection().execute(poison.values(rescues=FAST_POLICY.rescues + 1))
    row = webhook_harness.wait_until_ended(sent)
    assert row.status == "failed"
    assert row.error == "11 workers died over this delivery; see their logs"
    assert webhook_harness.receiver.calls == []


def test_while_its_organization_is_switched_off_nothing_is_sent(
    webhook_harness: WebhookHarness,
) -> None:
    """A delivery of an organization that the operator has switched off sleeps, and is made when the
    organization is on again."""
    webhook_harness.start_runner()
    harness = webhook_harness.harness
    sent = webhook_harness.send_test_event(webhook_harness.add_endpoint())
    organizations.disable(harness.context(), harness.organization_id, "a test")
    harness.dispatch_until(lambda: harness.read_job(sent).wake_at is None, what="its sleep")
    assert webhook_harness.receiver.calls == []
    organizations.enable(harness.context(), harness.organization_id, "a test")
    assert webhook_harness.wait_until_ended(sent).status == "delivered"
    assert len(webhook_harness.receiver.calls) == 1
