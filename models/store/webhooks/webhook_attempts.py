"""What a worker reads and writes of a webhook delivery; always behind the fence of its job.

Order of locks: the job, the delivery, the endpoint. Who writes an endpoint's row does so in a
transaction of one job, so that two of them cannot wait for each other crosswise.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlmodel import Session

from models.store.jobs import job_queue
from models.store.jobs.job_queue import Claim
from models.tables import JOB, WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from models.webhooks import WebhookStatus

ENDPOINT_DISABLED = "the endpoint is switched off"


@dataclass(frozen=True, slots=True)
class OutgoingWebhook:
    """A delivery to make. Address and secrets are encrypted, newest secret first; `is_failing`:
    no attempt at the endpoint has got through of late."""

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
    """What came of an attempt: an HTTP status where there was an answer, else an error."""

    http_status: int | None
    error: str | None


def load_outgoing(session: Session, claim: Claim, now: datetime) -> OutgoingWebhook | None:
    """The delivery of a job; None, with the job ended, where there is nothing to send any more."""
    query = (
        select(
            WEBHOOK_DELIVERY,
            WEBHOOK_ENDPOINT.c.organization_id,
            WEBHOOK_ENDPOINT.c.url,
            WEBHOOK_ENDPOINT.c.secret,
        )
        .add_columns(WEBHOOK_ENDPOINT.c.previous_secret, WEBHOOK_ENDPOINT.c.previous_until)
        .add_columns(WEBHOOK_ENDPOINT.c.is_enabled, WEBHOOK_ENDPOINT.c.failing_since)
        .join(WEBHOOK_ENDPOINT, WEBHOOK_ENDPOINT.c.id == WEBHOOK_DELIVERY.c.endpoint_id)
        .where(
            WEBHOOK_DELIVERY.c.id == claim.subject_id,
            WEBHOOK_DELIVERY.c.status == WebhookStatus.PENDING,
        )
    )
    row = session.connection().execute(query).one_or_none()
    if row is None:
        job_queue.remove(session, claim)
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
    """It was taken, at the attempt of this number."""
    _finish_job(session, claim, now)
    done = {"status": WebhookStatus.DELIVERED, "delivered_at": now}
    _update_delivery(session, claim, attempts, WebhookAttempt(status, None), **done)


def reset_failures(session: Session, endpoint_id: str) -> None:
    """The endpoint takes deliveries again."""
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
    """It was not taken, and is tried again."""
    _update_delivery(session, claim, attempts, attempt)
    job_queue.release(session, claim, at, now)


def give_up(
    session: Session, claim: Claim, attempts: int, attempt: WebhookAttempt, now: datetime
) -> None:
    """It was not taken, and is not tried again, unless somebody asked for that meanwhile."""
    ended = _finish_job(session, claim, now)
    _update_delivery(
        session, claim, attempts, attempt, **({"status": WebhookStatus.FAILED} if ended else {})
    )


def record_failure(session: Session, endpoint_id: str, now: datetime, *, given_up: bool) -> None:
    """An attempt at the endpoint failed; `given_up`: it was its delivery's last one."""
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
    """Switch an endpoint off that gave up on `least` deliveries in a row, with no success since
    that instant; returns whether it was on, and so bad."""
    statement = update(WEBHOOK_ENDPOINT).where(
        WEBHOOK_ENDPOINT.c.id == endpoint_id,
        WEBHOOK_ENDPOINT.c.is_enabled,
        WEBHOOK_ENDPOINT.c.failures >= min_failures,
    )
    if failing_since is not None:
        statement = statement.where(WEBHOOK_ENDPOINT.c.failing_since <= failing_since)
    off = statement.values(is_enabled=False, disabled_reason=reason)
    return session.connection().execute(off).rowcount > 0


def _update_delivery(
    session: Session, claim: Claim, attempts: int, attempt: WebhookAttempt, **values: object
) -> None:
    seen = {"last_http_status": attempt.http_status, "error": attempt.error, "attempts": attempts}
    statement = update(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.id == claim.subject_id)
    session.connection().execute(statement.values(**seen, **values))


def _finish_job(session: Session, claim: Claim, now: datetime) -> bool:
    """Delete the job; one that somebody has woken meanwhile is let go instead, and due."""
    unasked = (JOB.c.claim == claim.token, JOB.c.version == claim.version)
    ended = session.connection().execute(delete(JOB).where(JOB.c.id == claim.job_id, *unasked))
    if not ended.rowcount:
        job_queue.release(session, claim, None, now)
    return ended.rowcount > 0
