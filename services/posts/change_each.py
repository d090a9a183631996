"""One change of many posts: each in its own transaction, so that a refusal concerns one post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.posts import Post
from models.store import clock
from models.store.posts import posts
from services.context import AppContext
from services.errors import ServiceError
from services.posts.apply_change import PostChange
from services.posts.lookup import lock_post


@dataclass(frozen=True, slots=True)
class ChangedPost:
    """What became of one post. `problem`: why it was not changed; None where it was."""

    post_id: str
    caption: str
    status: str
    scheduled_for: datetime | None
    problem: str | None = None


def change_each(
    context: AppContext, organization_id: str, post_ids: Sequence[str], change: PostChange
) -> list[ChangedPost]:
    """Change these posts, in their order; posts of others are left out."""
    outcomes = (_change(context, organization_id, each, change) for each in post_ids)
    return [each for each in outcomes if each is not None]


def _change(
    context: AppContext, organization_id: str, post_id: str, change: PostChange
) -> ChangedPost | None:
    problem = None
    try:
        with context.database.write() as session:
            found = lock_post(session, organization_id, post_id, None)
            change(session, context, found, clock.now(session))
    except ServiceError as error:
        problem = "; ".join(each["message"] for each in error.details) or error.message
    with context.database.read() as session:
        post = posts.get(session, organization_id, post_id)
        return _describe(post, problem) if post else None


def _describe(post: Post, problem: str | None) -> ChangedPost:
    return ChangedPost(post.id, post.caption, post.status, post.scheduled_for, problem)
