"""A post as a row of the inbox or of the approvals: picture, words, why, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from media.stored_urls import is_stored_url
from models.encryption import Cipher
from models.posts import Media, Post
from models.store.posts.inbox import Need
from services.posts.allowed_actions import ALLOWED_WHEN_DISABLED, PostAction
from services.posts.planned_instants import PlannedInstant
from ui.sign_in.visitor import Visitor

# What a person can do about a post, at the row itself.
ACTIONS: Final[dict[Need, tuple[PostAction, ...]]] = {
    Need.FAILED: (PostAction.RETRY, PostAction.ACKNOWLEDGE),
    Need.APPROVAL: (PostAction.APPROVE, PostAction.REQUEST_CHANGES, PostAction.REJECT),
    Need.CHANGES: (PostAction.SUBMIT,),
    Need.MISSED: (PostAction.RELEASE, PostAction.ACKNOWLEDGE),
    Need.UNKNOWN: (PostAction.RETRY, PostAction.ACKNOWLEDGE),
    Need.HELD: (),
}
# These need the right to approve, the others the right to write.
REVIEWS: Final = frozenset({PostAction.APPROVE, PostAction.REQUEST_CHANGES, PostAction.REJECT})


@dataclass(frozen=True, slots=True)
class InboxRow:
    """`at`: its slot or its time. `reasons`: why it needs a person. `review`: the last decision on
    it, as in the API. `planned`: when it would go out, if it was approved now."""

    id: str
    caption: str
    kind: str
    picture: str | None
    platforms: Sequence[str]
    at: datetime | None
    reasons: Sequence[str] = ()
    review: Mapping[str, Any] | None = None
    planned: PlannedInstant | None = None


def possible_actions(need: Need, visitor: Visitor) -> list[PostAction]:
    """The actions of the rows that the visitor may take."""
    return [each for each in ACTIONS[need] if _may(each, visitor)]


def _may(action: PostAction, visitor: Visitor) -> bool:
    has_right = visitor.can_approve if action in REVIEWS else visitor.can_write
    return has_right and (visitor.is_enabled or action in ALLOWED_WHEN_DISABLED)


def picture_url(post: Post, media: Sequence[Media], cipher: Cipher, base: str) -> str | None:
    """The link to the first photo of a post, or our own for an uploaded one; None without one."""
    if post.post_type != "photo" or not media:
        return None
    source = cipher.decrypt(media[0].source_url)
    if not is_stored_url(source):
        return source
    return f"{base}/media/{media[0].stored_file_id}" if media[0].stored_file_id else None
