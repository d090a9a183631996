"""Answers about API keys."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.actors import Actor
from models.actors import Scope

KEY: dict[str, Any] = {
    "id": "0197b8e4d2f47c1a9b6e5d3c2a1f0e9d",
    "organizationId": "0197b8e4d2f47c1a9b6e5d3c2a1f0000",
    "name": "Zapier",
    "scopes": ["read", "write"],
    "status": "valid",
    "createdAt": "2026-11-02T09:00:00.000Z",
    "createdBy": {"kind": "operator", "id": None, "name": "the operator"},
    "expiresAt": "2027-06-30T22:00:00.000Z",
    "lastUsedAt": "2026-11-02T09:00:00.000Z",
    "revokedAt": None,
}


class ListedKey(BaseModel):
    """An API key. `lastUsedAt` may be an hour too old."""

    model_config = ConfigDict(json_schema_extra={"examples": [KEY]})

    id: str
    organizationId: str
    name: str
    scopes: list[Scope]
    status: Literal["valid", "expired", "revoked"]
    createdAt: str
    createdBy: Actor | None
    expiresAt: str | None
    lastUsedAt: str | None
    revokedAt: str | None


class KeysAnswer(BaseModel):
    """All keys, oldest first; the keys themselves are not stored."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"keys": [KEY]}]})

    keys: list[ListedKey]


class KeyAnswer(BaseModel):
    """One key."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"key": KEY}]})

    key: ListedKey


class NewKeyAnswer(KeyAnswer):
    """The new key; `apiKey`, the key itself, is not shown again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"key": KEY, "apiKey": "sb_…"}]})

    apiKey: str = Field(examples=["sb_…"])
