"""What must be true in every state, and of every end."""

from models.statuses import SETTLED_POSTS, DeliveryStatus, Desired, PostStatus
from tests.protocol_model.row_numbers import PostRows
from tests.protocol_model.state import Budget, State

# What these say is final: nothing of the post is public, and nothing will be.
NEVER_PUBLISHED = (DeliveryStatus.FAILED, DeliveryStatus.CANCELLED)
POST_NEVER_PUBLISHED = (PostStatus.MISSED, PostStatus.FAILED)


def broken_invariant(state: State, rows: PostRows, first: Budget) -> str | None:
    """The promise that this state breaks. `first`: how much might go wrong."""
    texts = [text for _, text in state.remote.public]
    if len(texts) > 1:
        return "once: it is published twice"
    if rows.delivery is DeliveryStatus.PUBLISHED:
        return _wrong_text(state, rows, texts, first)
    return _wrong_status(rows) if texts else None


def _wrong_status(rows: PostRows) -> str | None:
    """What the rows say of a post that is public, and may not say."""
    if rows.status is PostStatus.CANCELLED:
        return "removal: it is published, and its removal was acknowledged"
    if rows.status is PostStatus.DRAFT:
        return "draft: it is published, and its way back to a draft was acknowledged"
    if rows.status in POST_NEVER_PUBLISHED or rows.delivery in NEVER_PUBLISHED:
        return f"truth: it is published, and the post is called {rows.status}"
    return None


def _wrong_text(state: State, rows: PostRows, texts: list[str], first: Budget) -> str | None:
    if not texts:
        return "truth: it is called published, and is not"
    if texts != [rows.text] and not state.is_told:
        return f"newest text: {texts[0]!r} is published, not {rows.text!r}, and nobody was told"
    if state.is_told and state.left._replace(acts=0) == first._replace(acts=0):
        return "in time: a change was accepted, nothing went wrong, and it came too late"
    return None


def is_legal_end(rows: PostRows) -> bool:
    """Whether a post may rest so: it has ended, or it is a draft that shall be one."""
    is_draft = rows.status is PostStatus.DRAFT and rows.desired is Desired.DRAFT
    return rows.status in SETTLED_POSTS or is_draft
