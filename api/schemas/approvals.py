"""The answer to GET approvals."""

from pydantic import BaseModel, ConfigDict

from api.schemas.posts_list import POST, ListedPost

PLANNED = {
    **POST,
    "status": "pending_approval",
    "scheduledFor": None,
    "plannedFor": "2026-05-01T15:00:00.000Z",
    "plannedNote": None,
}


class PendingPost(ListedPost):
    """A post that waits for approval. `plannedFor`: when it would go out if it and those before it
    were approved now; no slot is held for it. `plannedNote`: what else to know, such as "at
    once"."""

    model_config = ConfigDict(json_schema_extra={"examples": [PLANNED]})

    plannedFor: str | None
    plannedNote: str | None


class ApprovalsAnswer(BaseModel):
    """The first 200 posts that wait for approval, the oldest first; `total`: how many wait."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"posts": [PLANNED], "total": 1}]})

    posts: list[PendingPost]
    total: int
