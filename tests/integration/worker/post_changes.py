"""Changes of accepted posts, as the API makes them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from models.posts import Post
from models.store import clock
from services.inputs.post_bodies import EditBody
from services.posts.edit import edit
from services.posts.lookup import PostWithSettings, lock_post
from services.posts.remove import remove
from services.posts.retry import retry
from tests.integration.worker.worker_harness import WorkerHarness


def change_post(
    harness: WorkerHarness,
    post: Post,
    change: Callable[[Session, PostWithSettings, datetime], None],
) -> Post:
    """The post after a change of its locked rows."""
    with harness.database.write() as session:
        found = lock_post(session, harness.organization_id, post.id, None)
        change(session, found, clock.now(session))
    return harness.post(post.id)


def remove_post(harness: WorkerHarness, post: Post) -> Post:
    """The post after a removal was asked for."""
    return change_post(
        harness, post, lambda *found: remove(found[0], harness.context(), *found[1:])
    )


def retry_post(harness: WorkerHarness, post: Post) -> Post:
    """The post after a retry was asked for."""
    return change_post(harness, post, lambda *found: retry(found[0], harness.context(), *found[1:]))


def edit_post(harness: WorkerHarness, post: Post, **fields: Any) -> Post:  # noqa: ANN401
    """The post after an edit; `seconds` schedules it so many seconds from now."""
    if "seconds" in fields:
        at = datetime.now(UTC) + timedelta(seconds=fields.pop("seconds"))
        fields |= {"mode": "schedule", "scheduledAt": at.isoformat()}
    body = EditBody(**fields)

    def change(session: Session, found: PostWithSettings, now: datetime) -> None:
        edit(session, harness.context(), found, body, now)

    return change_post(harness, post, change)
