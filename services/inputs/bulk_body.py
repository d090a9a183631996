"""The body of POST posts/bulk: one action on many posts."""

from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field

from services.inputs.field_types import Body, Lines, Text
from services.inputs.labels import Label

MAX_POSTS: Final = 200
MAX_DAYS: Final = 366


# What is done with each of the posts.
BulkAction = Literal[
    "approve",
    "request_changes",
    "reject",
    "submit",
    "queue",
    "release",
    "move_days",
    "add_label",
    "remove_label",
    "remove",
    "retry",
    "acknowledge",
]
# The field that an action needs.
NEEDED: Final[dict[BulkAction, str]] = {
    "move_days": "days",
    "add_label": "label",
    "remove_label": "label",
    "request_changes": "comment",
}


class BulkBody(Body):
    """POST posts/bulk: the posts, in the order in which they are changed, and what is done with
    each. `days`: for move_days, how many days later, or earlier below 0. `label`: for add_label and
    remove_label. `comment`: for approve, request_changes, submit and reject."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"ids": ["post_id", "other_id"], "action": "add_label", "label": "Autumn 2026"},
                {"ids": ["post_id", "other_id"], "action": "move_days", "days": 7},
                {"ids": ["post_id"], "action": "queue"},
                {"ids": ["post_id"], "action": "request_changes", "comment": "Another photo"},
            ]
        }
    )

    ids: Annotated[
        list[Annotated[Text, Field(min_length=1, max_length=64)]],
        Field(min_length=1, max_length=MAX_POSTS),
    ]
    action: BulkAction
    days: Annotated[int, Field(ge=-MAX_DAYS, le=MAX_DAYS)] | None = None
    label: Label | None = None
    comment: Annotated[Lines, Field(max_length=2_000)] | None = None
