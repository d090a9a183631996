"""Webhooks: endpoints, and the log of what was sent to them. Ours, beside the contract."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session

from api import webhooks as ours
from api.deps import Around, OrganizationId
from api.errors import ApiError, wrong
from api.openapi import says
from api.schemas.base import Body
from api.schemas.webhooks import (
    DeliveriesAnswer,
    DeliveryAnswer,
    NewWebhookAnswer,
    NewWebhookBody,
    RemovedWebhookAnswer,
    WebhookAnswer,
    WebhookBody,
    WebhooksAnswer,
)
from models.store import clock, seats, webhook_log, webhooks
from models.webhooks import WebhookEndpoint

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
MOST = 20


@router.get("", response_model=None, responses=says(WebhooksAnswer))
def list_webhooks(around: Around, organization_id: OrganizationId) -> dict[str, Any]:
    """The organization's endpoints; their secrets are not shown."""
    with around.database.read() as session:
        rows = webhooks.list_all(session, organization_id)
    return {"webhooks": [ours.shown(row, around.vault) for row in rows]}


@router.post("", response_model=None, responses=says(NewWebhookAnswer, 409))
def create_webhook(
    body: NewWebhookBody, around: Around, organization_id: OrganizationId
) -> dict[str, Any]:
    """Add an endpoint; its secret is shown in this answer alone."""
    secret = ours.new_secret()
    url = ours.checked_url(body.url, allow_private=around.allow_private_media)
    with around.database.write() as session:
        seats.lock_organization(session, organization_id)
        if len(webhooks.list_all(session, organization_id)) >= MOST:
            raise ApiError(409, f"an organization has at most {MOST} webhooks; delete one first")
        row = WebhookEndpoint(
            organization_id=organization_id,
            url=around.vault.encrypt(url),
            secret=around.vault.encrypt(secret),
            events=ours.checked_events(body.events),
            created_at=clock.now(session),
        )
        webhooks.add(session, row)
    return {"webhook": ours.shown(row, around.vault, secret)}


@router.post(
    "/{webhook_id}",
    response_model=None,
    responses=says(WebhookAnswer, 404),
)
def change_webhook(
    webhook_id: str, body: WebhookBody, around: Around, organization_id: OrganizationId
) -> dict[str, Any]:
    """Change an endpoint; switching it on again forgets its failures."""
    values = ours.columns(body, around)
    with around.database.write() as session:
        row = _locked(session, organization_id, webhook_id)
        webhooks.update_endpoint(session, row, values, clock.now(session))
        row = _found(session, organization_id, webhook_id)
        return {"webhook": ours.shown(row, around.vault)}


@router.delete(
    "/{webhook_id}",
    response_model=None,
    responses=says(RemovedWebhookAnswer, 404),
)
def delete_webhook(
    webhook_id: str, around: Around, organization_id: OrganizationId
) -> dict[str, Any]:
    """Delete an endpoint, with what was still to be sent to it and its log."""
    with around.database.write() as session:
        webhooks.remove(session, _locked(session, organization_id, webhook_id))
    return {"ok": True}


@router.post(
    "/{webhook_id}/rotate-secret",
    response_model=None,
    responses=says(NewWebhookAnswer, 404),
)
def rotate_secret(
    webhook_id: str, around: Around, organization_id: OrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """Make a new secret; for 24 h the old one signs beside it."""
    del body  # it may name the organization, which is resolved already
    secret = ours.new_secret()
    with around.database.write() as session:
        row = _locked(session, organization_id, webhook_id)
        webhooks.rotate_secret(session, row, around.vault.encrypt(secret), clock.now(session))
    return {"webhook": ours.shown(row, around.vault, secret)}


@router.post(
    "/{webhook_id}/test",
    response_model=None,
    responses=says(DeliveryAnswer, 404, 409),
)
def send_test(
    webhook_id: str, around: Around, organization_id: OrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """Send a `webhook.test` event, on the same way as all others."""
    del body
    with around.database.write() as session:
        row = _switched_on(session, organization_id, webhook_id)
        delivery_id = webhook_log.enqueue_test(session, row, clock.now(session))
        return _delivery(session, row, delivery_id)


@router.get(
    "/{webhook_id}/deliveries",
    response_model=None,
    responses=says(DeliveriesAnswer, 404),
)
def list_deliveries(
    webhook_id: str,
    around: Around,
    organization_id: OrganizationId,
    limit: Annotated[int, Query(ge=1, le=200, description="Deliveries a page.")] = 50,
    cursor: Annotated[str | None, Query(description="`nextCursor` of the page before.")] = None,
) -> dict[str, Any]:
    """What was sent to an endpoint, or is to be sent, newest first; kept for 30 days."""
    if cursor is not None and not ours.is_id(cursor):
        raise wrong("cursor", "is not a nextCursor of this list")
    with around.database.read() as session:
        row = _found(session, organization_id, webhook_id)
        found = webhook_log.list_page(session, row.id, limit + 1, cursor)
    more = found[limit - 1].delivery.id if len(found) > limit else None
    return {"deliveries": [ours.shown_delivery(each) for each in found[:limit]], "nextCursor": more}


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/retry",
    response_model=None,
    responses=says(DeliveryAnswer, 404, 409),
)
def retry_delivery(
    webhook_id: str,
    delivery_id: str,
    around: Around,
    organization_id: OrganizationId,
    body: Body | None = None,
) -> dict[str, Any]:
    """Send a delivery again, now, under the same id."""
    del body
    with around.database.write() as session:
        row = _switched_on(session, organization_id, webhook_id)
        _delivery(session, row, delivery_id)
        webhook_log.redeliver(session, delivery_id, clock.now(session))
        return _delivery(session, row, delivery_id)


def _locked(session: Session, organization_id: str, webhook_id: str) -> WebhookEndpoint:
    seats.lock_organization(session, organization_id)
    return _found(session, organization_id, webhook_id)


def _found(session: Session, organization_id: str, webhook_id: str) -> WebhookEndpoint:
    known = ours.is_id(webhook_id)
    row = webhooks.get(session, organization_id, webhook_id) if known else None
    if row is None:
        raise ApiError(404, "there is no such webhook")
    return row


def _switched_on(session: Session, organization_id: str, webhook_id: str) -> WebhookEndpoint:
    row = _locked(session, organization_id, webhook_id)
    if not row.is_enabled:
        raise ApiError(409, "the webhook is switched off; set isEnabled first")
    return row


def _delivery(session: Session, row: WebhookEndpoint, delivery_id: str) -> dict[str, Any]:
    known = ours.is_id(delivery_id)
    found = webhook_log.get(session, row.id, delivery_id) if known else None
    if found is None:
        raise ApiError(404, "there is no such delivery")
    return {"delivery": ours.shown_delivery(found)}
