"""Webhooks as their owners see them: endpoints, and the log of deliveries.

Who changes an endpoint holds the lock of the organization's settings, then that of the jobs, then
that of the endpoint itself. Secrets and addresses come here encrypted.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.tables import JOB, SETTINGS, WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from models.task_names import JobKind
from models.webhooks import WebhookEndpoint, WebhookStatus

# So long after a rotation the old secret signs, too.
SECRET_OVERLAP = timedelta(hours=24)


def list_all(session: Session, organization_id: str) -> list[WebhookEndpoint]:
    """The organization's endpoints, oldest first."""
    query = select_model(WebhookEndpoint).where(WebhookEndpoint.organization_id == organization_id)
    return list(session.exec(query.order_by(col(WebhookEndpoint.id))))


def get(session: Session, organization_id: str, endpoint_id: str) -> WebhookEndpoint | None:
    """An endpoint of the organization; None when it has no such endpoint."""
    query = select_model(WebhookEndpoint).where(
        WebhookEndpoint.organization_id == organization_id, WebhookEndpoint.id == endpoint_id
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def add(session: Session, endpoint: WebhookEndpoint) -> None:
    """Insert an endpoint; from this commit on its organization's changes are told."""
    session.add(endpoint)
    session.flush()
    refresh_has_webhooks(session, endpoint.organization_id)


def update_endpoint(
    session: Session, endpoint: WebhookEndpoint, values: dict[str, object], now: datetime
) -> None:
    """Set columns. One that is switched off lets its pending deliveries end; one that is switched
    on again begins anew."""
    if values.get("is_enabled") is False:
        wake_pending_deliveries(session, endpoint.id, now)
    if values.get("is_enabled"):
        values = {**values, "failures": 0, "failing_since": None, "disabled_reason": None}
    if values:
        statement = update(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == endpoint.id)
        session.connection().execute(statement.values(**values))
    refresh_has_webhooks(session, endpoint.organization_id)


def rotate_secret(session: Session, endpoint: WebhookEndpoint, secret: str, now: datetime) -> None:
    """Give an endpoint another secret; the old one signs beside it for a day."""
    old = {"previous_secret": endpoint.secret, "previous_until": now + SECRET_OVERLAP}
    statement = update(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == endpoint.id)
    session.connection().execute(statement.values(secret=secret, **old))


def remove(session: Session, endpoint: WebhookEndpoint) -> None:
    """Delete an endpoint with its deliveries and their jobs, also from under a worker."""
    of_endpoint = select(WEBHOOK_DELIVERY.c.id).where(WEBHOOK_DELIVERY.c.endpoint_id == endpoint.id)
    connection = session.connection()
    connection.execute(
        delete(JOB).where(JOB.c.kind == JobKind.WEBHOOK, JOB.c.subject_id.in_(of_endpoint))
    )
    connection.execute(delete(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == endpoint.id))
    refresh_has_webhooks(session, endpoint.organization_id)


def wake_pending_deliveries(session: Session, endpoint_id: str, now: datetime) -> None:
    """Wake what waits to be sent; a worker ends it where the endpoint is switched off."""
    pending = select(WEBHOOK_DELIVERY.c.id).where(
        WEBHOOK_DELIVERY.c.endpoint_id == endpoint_id,
        WEBHOOK_DELIVERY.c.status == WebhookStatus.PENDING,
    )
    session.connection().execute(
        update(JOB)
        .where(JOB.c.kind == JobKind.WEBHOOK, JOB.c.subject_id.in_(pending))
        .values(version=JOB.c.version + 1, wake_at=now, dispatched_at=None)
    )


def refresh_has_webhooks(session: Session, organization_id: str) -> None:
    """Write whether anybody listens; the caller holds the lock of the settings."""
    session.flush()
    listens = exists().where(
        WEBHOOK_ENDPOINT.c.organization_id == organization_id, WEBHOOK_ENDPOINT.c.is_enabled
    )
    statement = update(SETTINGS).where(SETTINGS.c.organization_id == organization_id)
    session.connection().execute(statement.values(has_webhooks=select(listens).scalar_subquery()))
