"""Webhook endpoints for tests, and the deliveries that were written for them."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from models.database import Database
from models.store import clock
from models.store.tenants import social_settings
from models.store.webhooks import endpoints
from models.tables import JOB, WEBHOOK_DELIVERY
from models.task_names import JobKind
from models.webhooks import SUBSCRIBABLE_EVENTS, WebhookEndpoint
from tests.service_context import CIPHER

SECRET = "whsec_" + "A" * 43 + "="


def add_endpoint(
    database: Database,
    organization_id: str,
    events: Sequence[str] = SUBSCRIBABLE_EVENTS,
    url: str = "https://example.com/hook",
) -> str:
    """An endpoint of the organization that subscribes to these events; its id."""
    with database.write() as session:
        social_settings.lock_organization(session, organization_id)
        row = WebhookEndpoint(
            organization_id=organization_id,
            url=CIPHER.encrypt(url),
            secret=CIPHER.encrypt(SECRET),
            events=[str(each) for each in events],
            created_at=clock.now(session),
        )
        endpoints.add(session, row)
    return row.id


def update_endpoint(
    database: Database, organization_id: str, endpoint_id: str, **values: object
) -> None:
    """Change an endpoint as its owner does."""
    with database.write() as session:
        social_settings.lock_organization(session, organization_id)
        row = endpoints.get(session, organization_id, endpoint_id)
        assert row is not None
        endpoints.update_endpoint(session, row, values, clock.now(session))


def read_pending_events(session: Session) -> list[Any]:
    """All deliveries, in the order in which they were created; each must have a job that is due."""
    connection = session.connection()
    rows = connection.execute(select(WEBHOOK_DELIVERY).order_by(WEBHOOK_DELIVERY.c.id)).all()
    query = select(JOB.c.subject_id).where(
        JOB.c.kind == JobKind.WEBHOOK, JOB.c.wake_at <= clock.now(session), JOB.c.claim.is_(None)
    )
    assert sorted(connection.execute(query).scalars()) == sorted(row.id for row in rows)
    return list(rows)


def list_messages(database: Database) -> list[tuple[str, dict[str, Any]]]:
    """(event, data) of all deliveries."""
    with database.read() as session:
        rows = read_pending_events(session)
    payloads = [json.loads(row.payload) for row in rows]
    assert [each["type"] for each in payloads] == [row.event for row in rows]
    return [(each["type"], each["data"]) for each in payloads]


def list_sent_events(database: Database) -> list[str]:
    """The events of all deliveries."""
    return [event for event, _ in list_messages(database)]
