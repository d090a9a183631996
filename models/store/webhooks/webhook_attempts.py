"""Reads and writes of the worker that sends a webhook delivery, after the fence of its job.

Order of locks: the job, the delivery, the endpoint. An endpoint's row is written only in a
transaction of one job, so that there is no deadlock.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import Session

from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.tables import JOB, SETTINGS, WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from models.webhooks import WebhookStatus

ENDPOINT_DISABLED = "the endpoint is switched off"


@dataclass(frozen=True, slots=True)
class OutgoingWebhook:
    """A delivery to send. Address and secrets are encrypted, newest secret first; `is_failing`: the
    last attempt at the endpoint failed."""

    id: str
    endpoint_id: str
    organization_id: str
    event_id: str
    payload: str = field(repr=False)
    attempts: int
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    is_failing: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class WebhookAttempt:
    """The result of an attempt: the HTTP status of a response, or an error."""

    http_status: int | None
    error: str | None


def load_outgoing(session: Session, claim: Claim, now: datetime) -> OutgoingWebhook | None:
    """The delivery of a job; None if there is nothing to send now, and then the job is ended, or
    released where the operator has switched the organization off."""
    query = (
        select(
            WEBHOOK_DELIVERY,
            WEBHOOK_ENDPOINT.c.organization_id,
            WEBHOOK_ENDPOINT.c.url,
            WEBHOOK_ENDPOINT.c.secret,
        )
        .add_columns(WEBHOOK_ENDPOINT.c.previous_secret, WEBHOOK_ENDPOINT.c.previous_until)
        .add_columns(WEBHOOK_ENDPOINT.c.is_enabled, WEBHOOK_ENDPOINT.c.failing_since)
        .add_columns(SETTINGS.c.suspended_at)
        .join(WEBHOOK_ENDPOINT, WEBHOOK_ENDPOINT.c.id == WEBHOOK_DELIVERY.c.endpoint_id)
        .outerjoin(SETTINGS, SETTINGS.c.organization_id == WEBHOOK_ENDPOINT.c.organization_id)
        .where(
            WEBHOOK_DELIVERY.c.id == claim.subject_id,
            WEBHOOK_DELIVERY.c.status == WebhookStatus.PENDING,
        )
    )
    row = session.connection().execute(query).one_or_none()
    if row is None:
        job_queue.remove(session, claim)
        return None
    if row.suspended_at is not None:  # until the operator switches the organization on again
        job_queue.release(session, claim, None, now)
        return None
    if not row.is_enabled:
        give_up(
            session,
            claim,
            row.attempts,
            WebhookAttempt(row.last_http_status, ENDPOINT_DISABLED),
            now,
        )
        return None
    overlaps = row.previous_until is not None and row.previous_until > now
    secrets = (row.secret, row.previous_secret) if overlaps else (row.secret,)
    return OutgoingWebhook(
        row.id, row.endpoint_id, row.organization_id, row.event_id, row.payload, row.attempts,
        row.url, secrets, row.failing_since is not None, now,
    )  # fmt: skip


def record_success(
    session: Session, claim: Claim, attempts: int, status: int, now: datetime
) -> None:
    """End the job: the endpoint accepted the delivery; `attempts` counts this attempt."""
    _finish_job(session, claim, now)
    done = {"status": WebhookStatus.DELIVERED, "delivered_at": now}
    _update_delivery(session, claim, attempts, WebhookAttempt(status, None), **done)


def reset_failures(session: Session, endpoint_id: str) -> None:
    """Clear the failures of an endpoint, because a delivery succeeded."""
    statement = update(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == endpoint_id)
    session.connection().execute(statement.values(failures=0, failing_since=None))


def schedule_retry(
    session: Session,
    claim: Claim,
    attempts: int,
    attempt: WebhookAttempt,
    at: datetime,
    now: datetime,
) -> None:
    """Release the job until `at`: the attempt failed and will be repeated."""
    _update_delivery(session, claim, attempts, attempt)
    job_queue.release(session, claim, at, now)


def give_up(
    session: Session, claim: Claim, attempts: int, attempt: WebhookAttempt, now: datetime
) -> None:
    """End the delivery as failed, unless a person asked to redeliver it meanwhile."""
    ended = _finish_job(session, claim, now)
    _update_delivery(
        session, claim, attempts, attempt, **({"status": WebhookStatus.FAILED} if ended else {})
    )


def record_failure(session: Session, endpoint_id: str, now: datetime, *, given_up: bool) -> None:
    """Count a failed attempt at the endpoint; `given_up`: it was the last one of its delivery."""
    values = {"failing_since": func.coalesce(WEBHOOK_ENDPOINT.c.failing_since, now)}
    statement = update(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == endpoint_id)
    session.connection().execute(
        statement.values(failures=WEBHOOK_ENDPOINT.c.failures + int(given_up), **values)
    )


def disable_endpoint(
    session: Session,
    endpoint_id: str,
    reason: str,
    min_failures: int = 0,
    failing_since: datetime | None = None,
) -> bool:
    """Disable an endpoint with at least `min_failures` consecutive failed deliveries and no success
    since `failing_since`; returns whether it was disabled now."""
    statement = update(WEBHOOK_ENDPOINT).where(
        WEBHOOK_ENDPOINT.c.id == endpoint_id,
        WEBHOOK_ENDPOINT.c.is_enabled,
        WEBHOOK_ENDPOINT.c.failures >= min_failures,
    )
    if failing_since is not None:
        statement = statement.where(WEBHOOK_ENDPOINT.c.failing_since <= failing_since)
    statement = statement.values(is_enabled=False, disabled_reason=reason)
    return session.connection().execute(statement).rowcount > 0


def _update_delivery(
    session: Session, claim: Claim, attempts: int, attempt: WebhookAttempt, **values: object
) -> None:
    result = {"last_http_status": attempt.http_status, "error": attempt.error, "attempts": attempts}
    statement = update(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.id == claim.subject_id)
    session.connection().execute(statement.values(**result, **values))


def _finish_job(session: Session, claim: Claim, now: datetime) -> bool:
    """Delete the job, or release it if it was woken meanwhile; returns whether it is deleted."""
    unchanged = (JOB.c.claim == claim.token, JOB.c.version == claim.version)
    ended = session.connection().execute(delete(JOB).where(JOB.c.id == claim.job_id, *unchanged))
    if not ended.rowcount:
        job_queue.release(session, claim, None, now)
    return ended.rowcount > 0
