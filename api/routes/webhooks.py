"""Webhooks: endpoints, and the log of their deliveries. An addition to the contract."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import Session

from api.deps import ContextDep, OrganizationId
from api.openapi.route_responses import describe_responses
from api.schemas.webhooks import (
    DeliveriesAnswer,
    DeliveryAnswer,
    NewWebhookAnswer,
    RemovedWebhookAnswer,
    WebhookAnswer,
    WebhooksAnswer,
)
from models.store import clock
from models.store.tenants import social_settings
from models.store.webhooks import endpoints, webhook_log
from models.webhooks import WebhookEndpoint
from services import webhook_endpoints
from services.errors import Conflict, NotFound, invalid_field
from services.inputs.field_types import Body
from services.inputs.webhook_bodies import NewWebhookBody, WebhookBody

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
MAX_WEBHOOKS = 20


@router.get("", response_model=None, responses=describe_responses(WebhooksAnswer))
def list_webhooks(context: ContextDep, organization_id: OrganizationId) -> dict[str, Any]:
    """The organization's endpoints; their secrets are not shown."""
    with context.database.read() as session:
        rows = endpoints.list_all(session, organization_id)
    return {"webhooks": [webhook_endpoints.present_webhook(row, context.cipher) for row in rows]}


@router.post("", response_model=None, responses=describe_responses(NewWebhookAnswer, 409))
def create_webhook(
    body: NewWebhookBody, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Add an endpoint; its secret is shown in this answer alone."""
    secret = webhook_endpoints.generate_secret()
    url = webhook_endpoints.check_url(body.url, allow_private=context.allow_private_media)
    with context.database.write() as session:
        social_settings.lock_organization(session, organization_id)
        if len(endpoints.list_all(session, organization_id)) >= MAX_WEBHOOKS:
            raise Conflict(f"an organization has at most {MAX_WEBHOOKS} webhooks; delete one first")
        row = WebhookEndpoint(
            organization_id=organization_id,
            url=context.cipher.encrypt(url),
            secret=context.cipher.encrypt(secret),
            events=webhook_endpoints.check_events(body.events),
            created_at=clock.now(session),
        )
        endpoints.add(session, row)
    return {"webhook": webhook_endpoints.present_webhook(row, context.cipher, secret)}


@router.post(
    "/{webhook_id}",
    response_model=None,
    responses=describe_responses(WebhookAnswer, 404),
)
def change_webhook(
    webhook_id: str, body: WebhookBody, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Change an endpoint; switching it on again forgets its failures."""
    values = webhook_endpoints.changed_columns(body, context)
    with context.database.write() as session:
        row = _lock_endpoint(session, organization_id, webhook_id)
        endpoints.update_endpoint(session, row, values, clock.now(session))
        row = _get_endpoint(session, organization_id, webhook_id)
        return {"webhook": webhook_endpoints.present_webhook(row, context.cipher)}


@router.delete(
    "/{webhook_id}",
    response_model=None,
    responses=describe_responses(RemovedWebhookAnswer, 404),
)
def delete_webhook(
    webhook_id: str, context: ContextDep, organization_id: OrganizationId
) -> dict[str, Any]:
    """Delete an endpoint, with what was still to be sent to it and its log."""
    with context.database.write() as session:
        endpoints.remove(session, _lock_endpoint(session, organization_id, webhook_id))
    return {"ok": True}


@router.post(
    "/{webhook_id}/rotate-secret",
    response_model=None,
    responses=describe_responses(NewWebhookAnswer, 404),
)
def rotate_secret(
    webhook_id: str, context: ContextDep, organization_id: OrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """Make a new secret; for 24 h the old one signs beside it."""
    del body  # it may name the organization, which is resolved already
    secret = webhook_endpoints.generate_secret()
    with context.database.write() as session:
        row = _lock_endpoint(session, organization_id, webhook_id)
        endpoints.rotate_secret(session, row, context.cipher.encrypt(secret), clock.now(session))
    return {"webhook": webhook_endpoints.present_webhook(row, context.cipher, secret)}


@router.post(
    "/{webhook_id}/test",
    response_model=None,
    responses=describe_responses(DeliveryAnswer, 404, 409),
)
def send_test(
    webhook_id: str, context: ContextDep, organization_id: OrganizationId, body: Body | None = None
) -> dict[str, Any]:
    """Send a `webhook.test` event, on the same way as all others."""
    del body
    with context.database.write() as session:
        row = _lock_enabled_endpoint(session, organization_id, webhook_id)
        delivery_id = webhook_log.enqueue_test(session, row, clock.now(session))
        return _present_delivery(session, row, delivery_id)


@router.get(
    "/{webhook_id}/deliveries",
    response_model=None,
    responses=describe_responses(DeliveriesAnswer, 404),
)
def list_deliveries(
    webhook_id: str,
    context: ContextDep,
    organization_id: OrganizationId,
    limit: Annotated[int, Query(ge=1, le=200, description="Deliveries a page.")] = 50,
    cursor: Annotated[str | None, Query(description="`nextCursor` of the page before.")] = None,
) -> dict[str, Any]:
    """What was sent to an endpoint, or is to be sent, newest first; kept for 30 days."""
    if cursor is not None and not webhook_endpoints.is_object_id(cursor):
        raise invalid_field("cursor", "is not a nextCursor of this list")
    with context.database.read() as session:
        row = _get_endpoint(session, organization_id, webhook_id)
        found = webhook_log.list_page(session, row.id, limit + 1, cursor)
    more = found[limit - 1].delivery.id if len(found) > limit else None
    return {
        "deliveries": [webhook_endpoints.present_webhook_delivery(each) for each in found[:limit]],
        "nextCursor": more,
    }


@router.post(
    "/{webhook_id}/deliveries/{delivery_id}/retry",
    response_model=None,
    responses=describe_responses(DeliveryAnswer, 404, 409),
)
def retry_delivery(
    webhook_id: str,
    delivery_id: str,
    context: ContextDep,
    organization_id: OrganizationId,
    body: Body | None = None,
) -> dict[str, Any]:
    """Send a delivery again, now, under the same id."""
    del body
    with context.database.write() as session:
        row = _lock_enabled_endpoint(session, organization_id, webhook_id)
        _present_delivery(session, row, delivery_id)
        webhook_log.redeliver(session, delivery_id, organization_id, clock.now(session))
        return _present_delivery(session, row, delivery_id)


def _lock_endpoint(session: Session, organization_id: str, webhook_id: str) -> WebhookEndpoint:
    social_settings.lock_organization(session, organization_id)
    return _get_endpoint(session, organization_id, webhook_id)


def _get_endpoint(session: Session, organization_id: str, webhook_id: str) -> WebhookEndpoint:
    known = webhook_endpoints.is_object_id(webhook_id)
    row = endpoints.get(session, organization_id, webhook_id) if known else None
    if row is None:
        raise NotFound("there is no such webhook")
    return row


def _lock_enabled_endpoint(
    session: Session, organization_id: str, webhook_id: str
) -> WebhookEndpoint:
    row = _lock_endpoint(session, organization_id, webhook_id)
    if not row.is_enabled:
        raise Conflict("the webhook is switched off; set isEnabled first")
    return row


def _present_delivery(session: Session, row: WebhookEndpoint, delivery_id: str) -> dict[str, Any]:
    known = webhook_endpoints.is_object_id(delivery_id)
    found = webhook_log.get(session, row.id, delivery_id) if known else None
    if found is None:
        raise NotFound("there is no such delivery")
    return {"delivery": webhook_endpoints.present_webhook_delivery(found)}
