"""Answers about webhooks: endpoints, and the log of their deliveries."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from models.webhooks import WebhookEvent, WebhookStatus

WEBHOOK: dict[str, Any] = {
    "id": "0198c0ffee007000800000000000cafe",
    "url": "https://example.com/hooks/slotbeat",
    "events": ["post.published", "post.failed"],
    "isEnabled": True,
    "disabledReason": None,
    "failures": 0,
    "failingSince": None,
    "createdAt": "2026-04-27T12:00:00.000Z",
}
SECRET: dict[str, Any] = {"secret": "whsec_" + "A" * 43 + "="}
DELIVERY: dict[str, Any] = {
    "id": "0198c0ffee007000800000000000d001",
    "eventId": "0198c0ffee007000800000000000e001",
    "event": "post.published",
    "status": "delivered",
    "attempts": 1,
    "httpStatus": 200,
    "error": None,
    "createdAt": "2026-04-27T12:00:00.000Z",
    "deliveredAt": "2026-04-27T12:00:01.000Z",
    "nextAttemptAt": None,
    "payload": {
        "type": "post.published",
        "timestamp": "2026-04-27T12:00:00.000Z",
        "data": {"postId": "0198c0ffee007000800000000000beef", "status": "published"},
    },
}


class Webhook(BaseModel):
    """An endpoint. `disabledReason` says why we switched it off ourselves."""

    model_config = ConfigDict(json_schema_extra={"examples": [WEBHOOK]})

    id: str
    url: str
    events: list[WebhookEvent]
    isEnabled: bool
    disabledReason: str | None
    failures: int
    failingSince: str | None
    createdAt: str


class WebhookWithSecret(Webhook):
    """The same with its secret, which is shown this once."""

    model_config = ConfigDict(json_schema_extra={"examples": [WEBHOOK | SECRET]})

    secret: str


class WebhooksAnswer(BaseModel):
    """All endpoints of the organization, oldest first."""

    webhooks: list[Webhook]


class WebhookAnswer(BaseModel):
    """One endpoint."""

    webhook: Webhook


class NewWebhookAnswer(BaseModel):
    """An endpoint with a new secret."""

    webhook: WebhookWithSecret


class RemovedWebhookAnswer(BaseModel):
    """The endpoint is gone, and its deliveries with it."""

    ok: Literal[True]


class LoggedDelivery(BaseModel):
    """One event on its way to one endpoint. `eventId` is sent as `webhook-id`."""

    model_config = ConfigDict(json_schema_extra={"examples": [DELIVERY]})

    id: str
    eventId: str
    event: WebhookEvent
    status: WebhookStatus
    attempts: int
    httpStatus: int | None
    error: str | None
    createdAt: str
    deliveredAt: str | None
    nextAttemptAt: str | None
    payload: dict[str, Any]


class DeliveryAnswer(BaseModel):
    """One delivery."""

    delivery: LoggedDelivery


class DeliveriesAnswer(BaseModel):
    """A page of deliveries, newest first; `nextCursor` is null on the last one."""

    deliveries: list[LoggedDelivery]
    nextCursor: str | None
