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

from models.store import clock
from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.store.tenants import social_settings
from models.store.webhooks import endpoints
from models.store.webhooks import webhook_attempts as outcomes
from models.store.webhooks.webhook_attempts import OutgoingWebhook, WebhookAttempt
from worker.context import WorkerContext
from worker.webhooks.backoff import retry_delay
from worker.webhooks.endpoint_concurrency import QueueFull
from worker.webhooks.webhook_client import WebhookResponse

log = logging.getLogger(__name__)
GONE_REASON = "the receiver answered 410 Gone"


async def run_webhook_job(context: WorkerContext, claim: Claim) -> None:
    """Make one attempt at a delivery, when there is a place for it."""
    task = await _load_task(context, claim)
    if task is None:
        return
    bind_contextvars(organization=task.organization_id, webhook=task.endpoint_id)
    try:
        async with context.webhooks.concurrency.acquire(task.endpoint_id) as waited:
            # Meanwhile somebody may have changed the endpoint.
            current = await _load_task(context, claim) if waited else task
            if current is None:
                return
            if context.concurrency.is_draining:
                await _release(context, claim, timedelta(0))
                return
            response = await context.webhooks.client.send(current)
    except QueueFull:
        await _release(context, claim, context.webhooks.busy_delay * (1 + _jitter()))
        return
    await _record_response(context, claim, current, response)


async def _load_task(context: WorkerContext, claim: Claim) -> OutgoingWebhook | None:
    def transaction(session: Session, now: datetime) -> OutgoingWebhook | None:
        found = outcomes.load_outgoing(session, claim, now)
        if found is not None and claim.rescues > context.policy.rescues:
            reason = f"{claim.rescues} workers died over this delivery; see their logs"
            outcomes.give_up(session, claim, found.attempts, WebhookAttempt(None, reason), now)
            return None
        return found

    return await context.run_grouped(claim, None, transaction)


async def _release(context: WorkerContext, claim: Claim, delay: timedelta) -> None:
    def transaction(session: Session, now: datetime) -> None:
        job_queue.release(session, claim, now + delay, now)

    await context.run_grouped(claim, None, transaction)


async def _record_response(
    context: WorkerContext, claim: Claim, task: OutgoingWebhook, response: WebhookResponse
) -> None:
    """Commit what came of the call."""
    outcome = {
        "outcome": "done" if response.is_success else "failed",
        "error": response.attempt.error,
    }
    log.info(
        "webhook: %(outcome)s",
        outcome,
        extra={**outcome, "http_status": response.attempt.http_status},
    )
    if not response.is_success:
        await _record_failure(context, claim, task, response)
        return

    def transaction(session: Session, now: datetime) -> None:
        outcomes.record_success(
            session, claim, task.attempts + 1, response.attempt.http_status or 0, now
        )
        if task.is_failing:
            outcomes.reset_failures(session, task.endpoint_id)

    # By itself where it writes the endpoint's row, see `webhook_outcomes`.
    await (
        context.run_fenced(claim, transaction)
        if task.is_failing
        else context.run_grouped(claim, None, transaction)
    )


async def _record_failure(
    context: WorkerContext, claim: Claim, task: OutgoingWebhook, response: WebhookResponse
) -> None:
    webhook_context, attempts = context.webhooks, task.attempts + 1
    wait = (
        None
        if response.is_gone
        else retry_delay(attempts, _jitter(), response.retry_after, webhook_context.delays)
    )

    def transaction(session: Session, now: datetime) -> str | None:
        if wait is None:
            outcomes.give_up(session, claim, attempts, response.attempt, now)
        else:
            outcomes.schedule_retry(session, claim, attempts, response.attempt, now + wait, now)
        outcomes.record_failure(session, task.endpoint_id, now, given_up=wait is None)
        return _disable_if_hopeless(session, context, task, response, now) if wait is None else None

    reason = await context.run_fenced(claim, transaction)
    if reason is not None:
        log.warning("the webhook endpoint %s is switched off: %s", task.endpoint_id, reason)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(context.threads, _finish_disabling, context, task)


def _disable_if_hopeless(
    session: Session,
    context: WorkerContext,
    task: OutgoingWebhook,
    response: WebhookResponse,
    now: datetime,
) -> str | None:
    """Switch the endpoint off where it is hopeless; returns why."""
    if response.is_gone:
        return (
            GONE_REASON
            if outcomes.disable_endpoint(session, task.endpoint_id, GONE_REASON)
            else None
        )
    max_failed, since = context.webhooks.max_failed_deliveries, now - context.webhooks.grace_period
    hours = context.webhooks.grace_period / timedelta(hours=1)
    reason = (
        f"{max_failed} deliveries in a row could not be made, and none got through for"
        f" {hours:g} h; the last error: {response.attempt.error}"
    )
    disabled = outcomes.disable_endpoint(session, task.endpoint_id, reason, max_failed, since)
    return reason if disabled else None


def _finish_disabling(context: WorkerContext, task: OutgoingWebhook) -> None:
    """End what else waits for the endpoint, and note where nobody listens any more. By itself,
    because the settings' lock comes before those of jobs. Lost with its process, it costs little:
    a delivery ends when its turn comes, and changes look for listeners in vain."""
    with context.database.write() as session:
        social_settings.lock_organization(session, task.organization_id)
        endpoints.wake_pending_deliveries(session, task.endpoint_id, clock.now(session))
        endpoints.refresh_has_webhooks(session, task.organization_id)


def _jitter() -> float:
    return random.random()  # noqa: S311  (jitter, not a secret)
