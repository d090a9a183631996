"""Webhook endpoints: check the input of a request, and present endpoints and deliveries."""

import base64
import json
import re
import secrets
from typing import Any

from media import urls
from models.encryption import Cipher
from models.store.webhooks.webhook_log import DeliveryLogEntry
from models.webhooks import SUBSCRIBABLE_EVENTS, WebhookEndpoint
from services.context import AppContext
from services.errors import ValidationFailed, invalid_field
from services.inputs.webhook_bodies import WebhookBody
from services.presenters import format_instant

_ID = re.compile("[0-9a-f]{32}")


def is_object_id(text: str) -> bool:
    """Whether a text has the form of an id; other texts need no query."""
    return _ID.fullmatch(text) is not None


def generate_secret() -> str:
    """A new secret in the format of Standard Webhooks: 32 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def check_url(url: str, *, allow_private: bool) -> str:
    """The URL; ValidationFailed where webhooks must not be sent to it."""
    problem = urls.endpoint_url_problem(url, allow_private=allow_private)
    if problem is not None:
        raise invalid_field("url", problem)
    return url


def check_events(events: list[str] | None) -> list[str]:
    """The event names, each once; all for None. ValidationFailed lists unknown names."""
    if events is None:
        return [each.value for each in SUBSCRIBABLE_EVENTS]
    unknown = [name for name in dict.fromkeys(events) if name not in SUBSCRIBABLE_EVENTS]
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise invalid_field(
            "events", f"{names}: unknown; choose from {', '.join(SUBSCRIBABLE_EVENTS)}"
        )
    return list(dict.fromkeys(events))


def changed_columns(body: WebhookBody, context: AppContext) -> dict[str, object]:
    """The columns that a request changes; ValidationFailed where one is wrong or none is sent."""
    sent = body.model_fields_set
    values: dict[str, object] = {}
    if "url" in sent:
        url = check_url(body.url, allow_private=context.allow_private_media)
        values["url"] = context.cipher.encrypt(url)
    if "events" in sent:
        values["events"] = check_events(body.events)
    if "isEnabled" in sent:
        values["is_enabled"] = body.isEnabled
    if not values:
        raise ValidationFailed({"field": "url", "message": "is required, or events, or isEnabled"})
    return values


def present_webhook(
    row: WebhookEndpoint, cipher: Cipher, secret: str | None = None
) -> dict[str, Any]:
    """An endpoint; with its secret where that was just made."""
    return {
        "id": row.id,
        "url": cipher.decrypt(row.url),
        "events": row.events,
        "isEnabled": row.is_enabled,
        "disabledReason": row.disabled_reason,
        "failures": row.failures,
        "failingSince": format_instant(row.failing_since),
        "createdAt": format_instant(row.created_at),
        **({"secret": secret} if secret else {}),
    }


def present_webhook_delivery(entry: DeliveryLogEntry) -> dict[str, Any]:
    """An entry of the delivery log."""
    row = entry.delivery
    return {
        "id": row.id,
        "eventId": row.event_id,
        "event": row.event,
        "status": row.status,
        "attempts": row.attempts,
        "httpStatus": row.last_http_status,
        "error": row.error,
        "createdAt": format_instant(row.created_at),
        "deliveredAt": format_instant(row.delivered_at),
        "nextAttemptAt": format_instant(entry.next_attempt_at),
        "payload": json.loads(row.payload),
    }
