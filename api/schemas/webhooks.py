"""The bodies of webhooks, and their answers."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.webhooks import WebhookEvent, WebhookStatus
from services.inputs.field_types import Body, Text

Url = Annotated[Text, Field(min_length=1, max_length=2_048)]
# Checked by the route, which can name what is unknown.
Events = Annotated[list[Annotated[Text, Field(max_length=100)]], Field(min_length=1, max_length=50)]


class NewWebhookBody(Body):
    """POST webhooks: without `events`, all of today's."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"url": "https://example.com/hooks/slotbeat"}]}
    )

    url: Url
    events: Events | None = None


class WebhookBody(Body):
    """POST webhooks/{id}: only what is sent changes."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"isEnabled": True}]})

    url: Url = ""
    events: Events = Field(default_factory=list)
    isEnabled: bool = True


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
