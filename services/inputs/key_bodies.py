"""The body that makes an API key."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from models.actors import ALL_SCOPES
from services.inputs.field_types import Body, Text

# As in `models.actors.Scope`: a body is strict, and takes texts alone.
ScopeName = Literal["read", "write", "approve"]
_EXAMPLE: dict[str, Any] = {
    "name": "Zapier",
    "scopes": ["read", "write"],
    "expiresAt": "2027-06-30T22:00:00.000Z",
}


class NewKeyBody(Body):
    """POST keys. Without `scopes` it may do everything; without `expiresAt` it does not end by
    itself. A date ends it with that day, in the organization's time zone."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    name: Annotated[Text, Field(min_length=1, max_length=100)]
    scopes: Annotated[list[ScopeName], Field(min_length=1, max_length=3)] = Field(
        default_factory=lambda: [each.value for each in ALL_SCOPES]
    )
    expiresAt: Annotated[Text, Field(max_length=40)] | None = None
