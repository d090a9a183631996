"""Describes the responses of a route: `responses=describe_responses(Model, 400, 404)`.

Routes also set `response_model=None`: the models only document. Validating each response would be
slow, since a list may have thousands of posts.
"""

from typing import Any

from pydantic import BaseModel

DESCRIPTIONS = {
    400: "The request is wrong; `details` names the fields where there are any.",
    401: "No API key, or one that is unknown, revoked or expired.",
    403: "Social posting is off, a quota is reached, the key lacks a scope, or it is another "
    "organization's.",
    404: "There is no such thing in this organization.",
    405: "The path has no such method.",
    408: "The body came to a stop, or too slowly.",
    409: "It cannot be done in the present state, or a request with this key is at work.",
    413: "The body is too large.",
    415: "The body is of a kind that is not accepted here.",
    422: "The Idempotency-Key came with another request before.",
    429: "Too many requests; `retryAfter` says when to come back (s).",
    502: "The provider refused the post.",
    503: "The database, or the storage of files, does not answer; try again.",
    507: "There is no room for the file: in the organization's quota, or on the disk.",
}
# Example messages, for codes whose description is no possible message.
ERROR_EXAMPLES = {
    400: "scheduledAt: must lie in the future, not at 2020-01-01T00:00:00Z",
    401: "the API key is unknown, revoked or expired",
    403: "social posting is switched off for this organization (isEnabled)",
    404: "there is no such post",
    408: "the body came to a stop: nothing in 60 s, or less than 16 KiB/s after 15 s",
    409: "the post is going out right now",
    413: "the body is larger than 1048576 bytes",
    415: "the body must come with Content-Type: application/json",
    422: "this Idempotency-Key came with another request before; take a new one",
    429: "more than 600 requests in a minute",
    502: "x: the provider refused the post: the caption is too long",
    503: "the database does not answer; try again",
    507: "10000 files are stored, and may be: delete some, or ask the operator for a larger quota",
}


class FieldProblem(BaseModel):
    """One field that is wrong, and what would be right."""

    field: str
    message: str


class EditConflict(BaseModel):
    """An edit of a post that was changed since it was read: its version now, what the request wants
    and what the post has, in the fields of a request."""

    version: int
    yours: dict[str, Any]
    current: dict[str, Any]


class ErrorBody(BaseModel):
    """Every error, in one shape."""

    error: str
    status: int
    message: str
    code: str
    details: list[FieldProblem] | None = None
    retryAfter: int | None = None
    conflict: EditConflict | None = None


def describe_responses(
    model: type[BaseModel] | None, *errors: int, status: int = 200
) -> dict[int | str, dict[str, Any]]:
    """The documented responses of a route: its success, and its errors."""
    success: dict[str, Any] = {"model": model} if model else {}
    responses: dict[int | str, dict[str, Any]] = {status: {"description": "Success.", **success}}
    for code in errors:
        responses[code] = {"model": ErrorBody, "description": DESCRIPTIONS[code]}
    return responses
