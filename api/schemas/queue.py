"""Bodies and answers of pause, resume and replan."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.inputs.field_types import Body

_MOVE: dict[str, Any] = {
    "postId": "0198c0ffee007000800000000000cafe",
    "from": "2026-05-01T14:00:00.000Z",
    "to": "2026-05-01T15:00:00.000Z",
    "why": "the rule's slot moved",
}


class ReplanBody(Body):
    """POST queue/replan."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"dryRun": True}]})

    dryRun: bool = False


class PauseAnswer(BaseModel):
    """The answer to queue/pause and queue/resume."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"isPaused": True}]})

    isPaused: bool


class MoveShown(BaseModel):
    """A post that moves; `to` null: back to where posts wait for a seat."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MOVE]})

    postId: str
    before: str | None = Field(alias="from")
    to: str | None
    why: str


class ReplanAnswer(BaseModel):
    """The answer to queue/replan."""

    dryRun: bool = Field(examples=[False])
    moves: list[MoveShown]
