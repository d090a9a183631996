"""Answers to publish, and to every change of a post."""

from pydantic import BaseModel, ConfigDict, JsonValue

from api.openapi.route_responses import FieldProblem, describe_responses

POST_ID = "0198c0ffee007000800000000000cafe"
OTHER_ID = "0198c0ffee007000800000000000f00d"
JOB_ID = "0198c0ffee007000800000000000beef"
CHANGED: dict[str, JsonValue] = {
    "id": POST_ID,
    "status": "scheduled",
    "scheduledFor": "2026-05-01T15:00:00.000Z",
}
WARNING: dict[str, JsonValue] = {
    "field": "platformFields.youtubeTitle",
    "message": "is not sent: the provider swonkie has no place for youtubeTitle in video posts to "
    "youtube",
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


class EditAnswer(ChangedAnswer):
    """The answer to edit. `warnings`: fields that are not sent; left out where there are none."""

    warnings: list[FieldProblem] | None = None


class SwapAnswer(ChangedAnswer):
    """The answer to swap: both posts, each in its new place."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "post": CHANGED,
                    "other": {
                        **CHANGED,
                        "id": OTHER_ID,
                        "scheduledFor": "2026-05-04T15:00:00.000Z",
                    },
                }
            ]
        }
    )

    other: ChangedPost


CHANGE_RESPONSES = describe_responses(ChangedAnswer, 400, 401, 403, 404, 409, 429, 503)
SWAP_RESPONSES = describe_responses(SwapAnswer, 400, 401, 403, 404, 409, 429, 503)
EDIT_RESPONSES = describe_responses(EditAnswer, 400, 401, 403, 404, 409, 429, 503)


class SocialPost(ChangedPost):
    """A post that was just accepted."""

    providerJobId: str


class PublishAnswer(BaseModel):
    """The answer to publish. `warnings`: fields that are not sent; left out where there are
    none."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "socialPost": {**CHANGED, "providerJobId": JOB_ID},
                    "providerPostId": JOB_ID,
                    "warnings": [WARNING],
                }
            ]
        }
    )

    socialPost: SocialPost
    providerPostId: str
    warnings: list[FieldProblem] | None = None
