"""Carrying a webhook's job: read, call, write. Nothing is held while the receiver thinks.

A worker that dies between the call and its commit leaves the delivery pending: it is sent again,
under the same `webhook-id`.
"""

import asyncio
import logging
import random
from datetime import datetime, timedelta

from sqlmodel import Session
from structlog.contextvars import bind_contextvars

from models.store import clock, jobs, seats, webhooks
from models.store import webhook_outcomes as outcomes
from models.store.jobs import Claim
from models.store.webhook_outcomes import OutgoingWebhook, WebhookAttempt
from worker.tools import Tools
from worker.webhook.backoff import delay
from worker.webhook.places import NoPlace
from worker.webhook.sender import Reply

log = logging.getLogger(__name__)
GONE = "the receiver answered 410 Gone"


async def deliver(tools: Tools, held: Claim) -> None:
    """Make one attempt at a delivery, when there is a place for it."""
    task = await _task(tools, held)
    if task is None:
        return
    bind_contextvars(organization=task.organization_id, webhook=task.endpoint_id)
    try:
        async with tools.courier.places.at(task.endpoint_id) as waited:
            # Meanwhile somebody may have changed the endpoint.
            current = await _task(tools, held) if waited else task
            if current is None:
                return
            if tools.hands.is_closing:
                await _let_go(tools, held, timedelta(0))
                return
            reply = await tools.courier.sender.send(current)
    except NoPlace:
        await _let_go(tools, held, tools.courier.pause * (1 + _lot()))
        return
    await _write(tools, held, current, reply)


async def _task(tools: Tools, held: Claim) -> OutgoingWebhook | None:
    def transaction(session: Session, now: datetime) -> OutgoingWebhook | None:
        found = outcomes.load_outgoing(session, held, now)
        if found is not None and held.rescues > tools.policy.rescues:
            reason = f"{held.rescues} workers died over this delivery; see their logs"
            outcomes.give_up(session, held, found.attempts, WebhookAttempt(None, reason), now)
            return None
        return found

    return await tools.write_post(held, None, transaction)


async def _let_go(tools: Tools, held: Claim, pause: timedelta) -> None:
    def transaction(session: Session, now: datetime) -> None:
        jobs.release(session, held, now + pause, now)

    await tools.write_post(held, None, transaction)


async def _write(tools: Tools, held: Claim, task: OutgoingWebhook, reply: Reply) -> None:
    """Commit what came of the call."""
    outcome = {"outcome": "done" if reply.is_taken else "failed", "error": reply.attempt.error}
    log.info(
        "webhook: %(outcome)s", outcome, extra={**outcome, "http_status": reply.attempt.http_status}
    )
    if not reply.is_taken:
        await _write_failure(tools, held, task, reply)
        return

    def transaction(session: Session, now: datetime) -> None:
        outcomes.record_success(
            session, held, task.attempts + 1, reply.attempt.http_status or 0, now
        )
        if task.is_failing:
            outcomes.reset_failures(session, task.endpoint_id)

    # By itself where it writes the endpoint's row, see `webhook_outcomes`.
    await (
        tools.write(held, transaction)
        if task.is_failing
        else tools.write_post(held, None, transaction)
    )


async def _write_failure(tools: Tools, held: Claim, task: OutgoingWebhook, reply: Reply) -> None:
    courier, attempts = tools.courier, task.attempts + 1
    wait = None if reply.is_gone else delay(attempts, _lot(), reply.pause, courier.delays)

    def transaction(session: Session, now: datetime) -> str | None:
        if wait is None:
            outcomes.give_up(session, held, attempts, reply.attempt, now)
        else:
            outcomes.schedule_retry(session, held, attempts, reply.attempt, now + wait, now)
        outcomes.record_failure(session, task.endpoint_id, now, given_up=wait is None)
        return _judge(session, tools, task, reply, now) if wait is None else None

    reason = await tools.write(held, transaction)
    if reason is not None:
        log.warning("the webhook endpoint %s is switched off: %s", task.endpoint_id, reason)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(tools.threads, _settle, tools, task)


def _judge(
    session: Session, tools: Tools, task: OutgoingWebhook, reply: Reply, now: datetime
) -> str | None:
    """Switch the endpoint off where it is hopeless; returns why."""
    if reply.is_gone:
        return GONE if outcomes.disable_endpoint(session, task.endpoint_id, GONE) else None
    least, since = tools.courier.patience, now - tools.courier.mercy
    reason = (
        f"{least} deliveries in a row could not be made, and none got through for"
        f" {tools.courier.mercy / timedelta(hours=1):g} h; the last error: {reply.attempt.error}"
    )
    off = outcomes.disable_endpoint(session, task.endpoint_id, reason, least, since)
    return reason if off else None


def _settle(tools: Tools, task: OutgoingWebhook) -> None:
    """End what else waits for the endpoint, and note where nobody listens any more. By itself,
    because the settings' lock comes before those of jobs. Lost with its process, it costs little:
    a delivery ends when its turn comes, and changes look for listeners in vain."""
    with tools.database.write() as session:
        seats.lock_organization(session, task.organization_id)
        webhooks.wake_pending_deliveries(session, task.endpoint_id, clock.now(session))
        webhooks.refresh_has_webhooks(session, task.organization_id)


def _lot() -> float:
    return random.random()  # noqa: S311  (jitter, not a secret)
