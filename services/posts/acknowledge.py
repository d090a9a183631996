"""Acknowledging a post that ended badly: a person leaves it as it is, and it needs no attention."""

from datetime import datetime

from sqlmodel import Session

from models.statuses import NEEDS_ATTENTION
from models.store.posts import post_changes
from services.errors import Conflict
from services.posts.lookup import PostWithSettings


def acknowledge(session: Session, found: PostWithSettings, by: str, now: datetime) -> None:
    """Record who leaves the post as it is; the first one stays. Conflict for a post that needs no
    attention. A later change of the post withdraws it."""
    locked, post = found.locked, found.post
    if locked.status not in NEEDS_ATTENTION:
        raise Conflict(f"a post that is {locked.status} needs no attention")
    if post.acknowledged_at is not None:
        return
    post_changes.update_post(
        session,
        locked,
        locked.status,
        now,
        step="acknowledge",
        note=by,
        acknowledged_at=now,
        acknowledged_by=by,
    )
