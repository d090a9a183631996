"""The bodies that create and change a webhook endpoint."""

from typing import Annotated

from pydantic import ConfigDict, Field

from services.inputs.field_types import Body, Text

Url = Annotated[Text, Field(min_length=1, max_length=2_048)]
# `webhook_endpoints.check_events` checks the names: its error lists the unknown ones.
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
