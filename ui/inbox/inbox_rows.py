"""A post as a row of the inbox or of the approvals: picture, words, why, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models.store.posts.needs import Need
from services.inputs.bulk_body import BulkAction
from services.posts.bulk import ALLOWED_WHEN_DISABLED, REVIEWS
from services.posts.planned_instants import PlannedInstant
from ui.sign_in.visitor import Visitor

# What a person can do about a post, at the row itself.
ACTIONS: Final[dict[Need, tuple[BulkAction, ...]]] = {
    Need.FAILED: ("retry", "acknowledge"),
    Need.APPROVAL: ("approve", "request_changes", "reject"),
    Need.CHANGES: ("submit",),
    Need.MISSED: ("queue", "release", "acknowledge"),
    Need.UNKNOWN: ("retry", "acknowledge"),
    Need.HELD: (),
}


@dataclass(frozen=True, slots=True)
class InboxRow:
    """`at`: its slot or its time. `writer`: the name of the key that made it, None if that was not
    recorded. `reasons`: why it needs a person. `review`: the last decision on it, as in the API.
    `planned`: when it would go out, if it was approved now. `is_edited`: whether it needs another
    content or time, so that editing it is offered."""

    id: str
    caption: str
    kind: str
    picture: str | None
    platforms: Sequence[str]
    at: datetime | None
    writer: str | None = None
    reasons: Sequence[str] = ()
    review: Mapping[str, Any] | None = None
    planned: PlannedInstant | None = None
    is_edited: bool = False


def possible_actions(need: Need, visitor: Visitor) -> list[BulkAction]:
    """The actions of the rows that the visitor may take."""
    return [each for each in ACTIONS[need] if _may(each, visitor)]


def _may(action: BulkAction, visitor: Visitor) -> bool:
    has_right = visitor.can_approve if action in REVIEWS else visitor.can_write
    return has_right and (visitor.is_enabled or action in ALLOWED_WHEN_DISABLED)
