"""The answer about one post, with its history."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from api.schemas.actors import ACTOR, Actor
from api.schemas.posts_list import POST, ListedPost
from services.posts.progress import ProgressState

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


_PROGRESS: dict[str, Any] = {
    "state": "retrying",
    "text": "Retrying on Facebook",
    "platform": "facebook",
    "accountId": "0198c0ffee007000800000000000acc0",
    "attempt": 5,
    "nextAttemptAt": "2026-05-01T15:00:12.000Z",
    "message": "the provider answers 503",
}


class ProgressLine(BaseModel):
    """What the post is doing on an account; on all, where `platform` is null. `text` says it for
    people. `attempt`: the number of the try that runs or comes next, from the second one on.
    `nextAttemptAt`: when it comes. `message`: the last error."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PROGRESS]})

    state: ProgressState
    text: str
    platform: str | None
    accountId: str | None
    attempt: int | None
    nextAttemptAt: str | None
    message: str | None


class PostWithHistory(ListedPost):
    """A post with every attempt, oldest first."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**POST, "progress": [_PROGRESS], "history": [_EVENT]}]}
    )

    # Only where it is doing something, or something stands in its way.
    progress: list[ProgressLine] | None = None
    history: list[Event]


class PostAnswer(BaseModel):
    """The answer to GET posts/{id}."""

    post: PostWithHistory
