"""Who made something, in answers."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from models.actors import ActorKind

ACTOR: dict[str, Any] = {
    "kind": "key",
    "id": "0197b8e4d2f47c1a9b6e5d3c2a1f0e9d",
    "name": "Ana",
}


class Actor(BaseModel):
    """An API key with the name that it had, the operator, or Slotbeat itself."""

    model_config = ConfigDict(json_schema_extra={"examples": [ACTOR]})

    kind: ActorKind
    id: str | None
    name: str
