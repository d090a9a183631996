"""The job of a webhook delivery: read, call, write. No transaction is open during the call.

A worker that dies between the call and its commit leaves the delivery pending. Another worker sends
it again, with the same `webhook-id`.
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
from models.store.webhooks import endpoints, webhook_attempts
from models.store.webhooks.webhook_attempts import OutgoingWebhook, WebhookAttempt
from worker.context import WorkerContext
from worker.webhooks.backoff import retry_delay
from worker.webhooks.endpoint_concurrency import QueueFull
from worker.webhooks.webhook_client import WebhookResponse

log = logging.getLogger(__name__)
GONE_REASON = "the receiver answered 410 Gone"


async def run_webhook_job(context: WorkerContext, claim: Claim) -> None:
    """Make one attempt at a delivery, as soon as the concurrency limits allow it."""
    task = await _load_task(context, claim)
    if task is None:
        return
    bind_contextvars(organization=task.organization_id, webhook=task.endpoint_id)
    try:
        async with context.webhooks.concurrency.acquire(
            task.organization_id, task.endpoint_id
        ) as waited:
            # The endpoint may have been changed during the wait.
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
        task = webhook_attempts.load_outgoing(session, claim, now)
        if task is not None and claim.rescues > context.policy.rescues:
            reason = f"{claim.rescues} workers died over this delivery; see their logs"
            webhook_attempts.give_up(
                session, claim, task.attempts, WebhookAttempt(None, reason), now
            )
            return None
        return task

    return await context.run_grouped(claim, None, transaction)


async def _release(context: WorkerContext, claim: Claim, delay: timedelta) -> None:
    def transaction(session: Session, now: datetime) -> None:
        job_queue.release(session, claim, now + delay, now)

    await context.run_grouped(claim, None, transaction)


async def _record_response(
    context: WorkerContext, claim: Claim, task: OutgoingWebhook, response: WebhookResponse
) -> None:
    """Log and commit the outcome of the call."""
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
        webhook_attempts.record_success(
            session, claim, task.attempts + 1, response.attempt.http_status or 0, now
        )
        if task.is_failing:
            webhook_attempts.reset_failures(session, task.endpoint_id)

    # A transaction of its own where it writes the endpoint's row, see `webhook_attempts`.
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
            webhook_attempts.give_up(session, claim, attempts, response.attempt, now)
        else:
            webhook_attempts.schedule_retry(
                session, claim, attempts, response.attempt, now + wait, now
            )
        webhook_attempts.record_failure(session, task.endpoint_id, now, given_up=wait is None)
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
    """Disable the endpoint if it is gone or failed for too long; returns the reason, else None."""
    if response.is_gone:
        return (
            GONE_REASON
            if webhook_attempts.disable_endpoint(session, task.endpoint_id, GONE_REASON)
            else None
        )
    max_failed, since = context.webhooks.max_failed_deliveries, now - context.webhooks.grace_period
    hours = context.webhooks.grace_period / timedelta(hours=1)
    reason = (
        f"{max_failed} deliveries in a row could not be made, and none got through for"
        f" {hours:g} h; the last error: {response.attempt.error}"
    )
    disabled = webhook_attempts.disable_endpoint(
        session, task.endpoint_id, reason, max_failed, since
    )
    return reason if disabled else None


def _finish_disabling(context: WorkerContext, task: OutgoingWebhook) -> None:
    """Wake the endpoint's other deliveries, so that they end, and refresh `has_webhooks`.

    A transaction of its own, because the settings row is locked before jobs. If the process dies
    before it, little is lost: each delivery ends when it is due, and changes of posts search for
    subscribers without need.
    """
    with context.database.write() as session:
        social_settings.lock_organization(session, task.organization_id)
        endpoints.wake_pending_deliveries(session, task.endpoint_id, clock.now(session))
        endpoints.refresh_has_webhooks(session, task.organization_id)


def _jitter() -> float:
    return random.random()  # noqa: S311  (jitter, not a secret)
