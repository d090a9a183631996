"""The answer about one post, with its history."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from api.schemas.actors import ACTOR, Actor
from api.schemas.posts_list import POST, ListedPost

_EVENT: dict[str, Any] = {
    "at": "2026-04-27T12:00:00.000Z",
    "subject": "post",
    "step": "accept",
    "outcome": "scheduled",
    "by": ACTOR,
    "durationMs": None,
    "httpStatus": None,
    "message": None,
    "nextAttemptAt": None,
}


class Event(BaseModel):
    """One attempt, or one change of state. `subject`: the post, a file of it, or a platform; `by`:
    who did it, null where that was not recorded yet."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EVENT]})

    at: str
    subject: str
    step: str
    outcome: str
    by: Actor | None
    durationMs: int | None
    httpStatus: int | None
    message: str | None
    nextAttemptAt: str | None


class PostWithHistory(ListedPost):
    """A post with every attempt, oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**POST, "history": [_EVENT]}]})

    history: list[Event]


class PostAnswer(BaseModel):
    """The answer to GET posts/{id}."""

    post: PostWithHistory
