"""Answers to publish, and to every change of a post."""

from pydantic import BaseModel, ConfigDict, JsonValue

from api.openapi.route_responses import describe_responses

POST_ID = "0198c0ffee007000800000000000cafe"
JOB_ID = "0198c0ffee007000800000000000beef"
CHANGED: dict[str, JsonValue] = {
    "id": POST_ID,
    "status": "scheduled",
    "scheduledFor": "2026-05-01T15:00:00.000Z",
}


class ChangedPost(BaseModel):
    """A post after a change."""

    id: str
    status: str
    scheduledFor: str | None


class ChangedAnswer(BaseModel):
    """The answer to edit, remove, retry, move, approve, reject and release."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"post": CHANGED}]})

    post: ChangedPost


CHANGE_RESPONSES = describe_responses(ChangedAnswer, 400, 401, 403, 404, 409, 429, 503)


class SocialPost(ChangedPost):
    """A post that was just accepted."""

    providerJobId: str


class PublishAnswer(BaseModel):
    """The answer to publish."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"socialPost": {**CHANGED, "providerJobId": JOB_ID}, "providerPostId": JOB_ID}
            ]
        }
    )

    socialPost: SocialPost
    providerPostId: str
