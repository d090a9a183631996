"""Webhook endpoints of organizations: list, add, update, rotate the secret, remove.

Order of locks for a change: the organization's settings, the jobs, the endpoint. Secrets and
addresses are passed encrypted.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select, update
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.beat_wakeup import request_wakeup
from models.tables import JOB, SETTINGS, WEBHOOK_DELIVERY, WEBHOOK_ENDPOINT
from models.task_names import JobKind
from models.webhooks import WebhookEndpoint, WebhookStatus

# After a rotation the old secret also signs for this time.
SECRET_OVERLAP = timedelta(hours=24)


def list_all(session: Session, organization_id: str) -> list[WebhookEndpoint]:
    """The organization's endpoints, oldest first."""
    query = select_model(WebhookEndpoint).where(WebhookEndpoint.organization_id == organization_id)
    return list(session.exec(query.order_by(col(WebhookEndpoint.id))))


def get(session: Session, organization_id: str, endpoint_id: str) -> WebhookEndpoint | None:
    """An endpoint of the organization; None if it has no such endpoint."""
    query = select_model(WebhookEndpoint).where(
        WebhookEndpoint.organization_id == organization_id, WebhookEndpoint.id == endpoint_id
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def add(session: Session, endpoint: WebhookEndpoint) -> None:
    """Insert an endpoint; from this commit on it receives events."""
    session.add(endpoint)
    session.flush()
    refresh_has_webhooks(session, endpoint.organization_id)


def update_endpoint(
    session: Session, endpoint: WebhookEndpoint, values: dict[str, object], now: datetime
) -> None:
    """Set columns. Disabling wakes the pending deliveries, so that they end; enabling resets the
    failures."""
    if values.get("is_enabled") is False:
        wake_pending_deliveries(session, endpoint.id, now)
    if values.get("is_enabled"):
        values = {**values, "failures": 0, "failing_since": None, "disabled_reason": None}
    if values:
        statement = update(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == endpoint.id)
        session.connection().execute(statement.values(**values))
    refresh_has_webhooks(session, endpoint.organization_id)


def rotate_secret(session: Session, endpoint: WebhookEndpoint, secret: str, now: datetime) -> None:
    """Give an endpoint a new secret; the old secret also signs for SECRET_OVERLAP."""
    old = {"previous_secret": endpoint.secret, "previous_until": now + SECRET_OVERLAP}
    statement = update(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == endpoint.id)
    session.connection().execute(statement.values(secret=secret, **old))


def remove(session: Session, endpoint: WebhookEndpoint) -> None:
    """Delete an endpoint with its deliveries and their jobs, even if a worker has claimed them."""
    of_endpoint = select(WEBHOOK_DELIVERY.c.id).where(WEBHOOK_DELIVERY.c.endpoint_id == endpoint.id)
    connection = session.connection()
    connection.execute(
        delete(JOB).where(JOB.c.kind == JobKind.WEBHOOK, JOB.c.subject_id.in_(of_endpoint))
    )
    connection.execute(delete(WEBHOOK_ENDPOINT).where(WEBHOOK_ENDPOINT.c.id == endpoint.id))
    refresh_has_webhooks(session, endpoint.organization_id)


def wake_pending_deliveries(session: Session, endpoint_id: str, now: datetime) -> None:
    """Wake the pending deliveries; if the endpoint is disabled, a worker ends them."""
    pending = select(WEBHOOK_DELIVERY.c.id).where(
        WEBHOOK_DELIVERY.c.endpoint_id == endpoint_id,
        WEBHOOK_DELIVERY.c.status == WebhookStatus.PENDING,
    )
    session.connection().execute(
        update(JOB)
        .where(JOB.c.kind == JobKind.WEBHOOK, JOB.c.subject_id.in_(pending))
        .values(version=JOB.c.version + 1, wake_at=now, dispatched_at=None)
    )
    request_wakeup(session)


def refresh_has_webhooks(session: Session, organization_id: str) -> None:
    """Store whether an enabled endpoint exists; the caller has locked the settings."""
    session.flush()
    is_any_enabled = exists().where(
        WEBHOOK_ENDPOINT.c.organization_id == organization_id, WEBHOOK_ENDPOINT.c.is_enabled
    )
    statement = update(SETTINGS).where(SETTINGS.c.organization_id == organization_id)
    session.connection().execute(
        statement.values(has_webhooks=select(is_any_enabled).scalar_subquery())
    )
