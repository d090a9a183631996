"""The bodies of approve, request-changes, submit, reject and release."""

from typing import Annotated

from pydantic import ConfigDict, Field

from services.inputs.field_types import Body, Lines, Text

Comment = Annotated[Lines, Field(min_length=1, max_length=2_000)]
Who = Annotated[Text, Field(min_length=1, max_length=200)]


class ApproveBody(Body):
    """POST posts/{id}/approve. `by`: who approves it."""

    comment: Comment | None = None
    by: Who | None = None


class RequestChangesBody(Body):
    """POST posts/{id}/request-changes: what has to change, for the writer of the post."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"comment": "The second photo is last year's", "by": "Ed"}]}
    )

    comment: Comment
    by: Who | None = None


class SubmitBody(Body):
    """POST posts/{id}/submit: what was changed, for the person who approves."""

    comment: Comment | None = None


class RejectBody(Body):
    """POST posts/{id}/reject. `by`: who rejects it."""

    reason: Annotated[Lines, Field(max_length=2_000)] | None = None
    by: Who | None = None


class ReleaseBody(Body):
    """POST posts/{id}/release: out in its turn, or into the next free slot of the queue."""

    nextSlot: bool = False
