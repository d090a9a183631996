"""The log of webhook deliveries, sent and pending: list, test, redeliver, prune."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.ids import min_id_at, new_id
from models.store.jobs import job_queue
from models.store.webhooks import outbox
from models.tables import JOB, WEBHOOK_DELIVERY
from models.task_names import JobKind
from models.webhooks import WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookStatus


@dataclass(frozen=True, slots=True)
class DeliveryLogEntry:
    """A delivery, and when its next attempt is; None if it has ended."""

    delivery: WebhookDelivery
    next_attempt_at: datetime | None


def list_page(
    session: Session, endpoint_id: str, limit: int, before: str | None = None
) -> list[DeliveryLogEntry]:
    """The endpoint's deliveries, newest first; only those older than the id `before` if given."""
    query = select_model(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    if before is not None:
        query = query.where(WebhookDelivery.id < before)
    rows = session.exec(query.order_by(col(WebhookDelivery.id).desc()).limit(limit))
    return _with_next_attempt(session, list(rows))


def get(session: Session, endpoint_id: str, delivery_id: str) -> DeliveryLogEntry | None:
    """One delivery; None if the endpoint has no such delivery."""
    query = select_model(WebhookDelivery).where(
        WebhookDelivery.endpoint_id == endpoint_id, WebhookDelivery.id == delivery_id
    )
    row = session.exec(query.execution_options(populate_existing=True)).first()
    return _with_next_attempt(session, [row])[0] if row else None


def _with_next_attempt(session: Session, rows: Sequence[WebhookDelivery]) -> list[DeliveryLogEntry]:
    ids = [row.id for row in rows]
    query = select(JOB.c.subject_id, JOB.c.wake_at).where(
        JOB.c.kind == JobKind.WEBHOOK, JOB.c.subject_id.in_(ids)
    )
    wakes = {row[0]: row[1] for row in session.connection().execute(query)}
    return [
        DeliveryLogEntry(row, wakes.get(row.id) if row.status == WebhookStatus.PENDING else None)
        for row in rows
    ]


def enqueue_test(session: Session, endpoint: WebhookEndpoint, now: datetime) -> str:
    """Enqueue a test event for one endpoint; returns the id of its delivery."""
    data = {"organizationId": endpoint.organization_id, "webhookId": endpoint.id}
    message = outbox.build_message(
        endpoint.id, endpoint.organization_id, WebhookEvent.TEST, now, data, new_id()
    )
    return outbox.enqueue(session, [message])[0]


def redeliver(session: Session, delivery_id: str, organization_id: str, now: datetime) -> None:
    """Send a delivery again, now, whatever its status."""
    job_queue.ensure_due(session, JobKind.WEBHOOK, delivery_id, organization_id, now)
    cleared = {"status": WebhookStatus.PENDING, "attempts": 0, "delivered_at": None}
    session.connection().execute(
        update(WEBHOOK_DELIVERY)
        .where(WEBHOOK_DELIVERY.c.id == delivery_id)
        .values(error=None, **cleared)
    )


def prune(session: Session, before: datetime, limit: int) -> int:
    """Delete at most `limit` ended deliveries created before `before`; returns how many."""
    # An id begins with its creation time, so the primary key serves as the index.
    old = (
        select(WEBHOOK_DELIVERY.c.id)
        .where(
            WEBHOOK_DELIVERY.c.id < min_id_at(before),
            WEBHOOK_DELIVERY.c.status != WebhookStatus.PENDING,
        )
        .order_by(WEBHOOK_DELIVERY.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (
        session.connection()
        .execute(delete(WEBHOOK_DELIVERY).where(WEBHOOK_DELIVERY.c.id.in_(old)))
        .rowcount
    )
