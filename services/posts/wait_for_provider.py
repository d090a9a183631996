"""Waiting for the provider after publish: until it has taken the post, or a timeout."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from anyio import to_thread
from sqlmodel import Session

from models.database_errors import DATABASE_ERRORS
from models.statuses import SETTLED_DELIVERIES, SETTLED_POSTS, DeliveryStatus, PostStatus
from models.store.posts import posts
from services.context import AppContext
from services.errors import PublicationFailed

# Between two reads of the post (s): short at first, then longer.
FIRST_POLL, MAX_POLL_INTERVAL, POLL_BACKOFF = 0.1, 0.5, 1.3
# The delivery statuses that mean "the provider has taken it", by the post's status. A post in
# another status is not waited for.
TAKEN_BY_PROVIDER = {
    PostStatus.DRAFT: {DeliveryStatus.CREATED},
    PostStatus.SCHEDULED: {DeliveryStatus.CREATED, DeliveryStatus.SCHEDULED},
    PostStatus.PUBLISHING: set[DeliveryStatus](),
}
PUBLISHING_OR_PUBLISHED = {DeliveryStatus.PUBLISHING, DeliveryStatus.PUBLISHED}


@dataclass(frozen=True, slots=True)
class PostProgress:
    """A post's status, time and reason, and the statuses of its deliveries."""

    status: PostStatus
    scheduled_for: datetime | None
    reason: str | None
    deliveries: tuple[DeliveryStatus, ...]

    @property
    def is_settled(self) -> bool:
        """Whether there is nothing more to wait for: every delivery was taken or has ended, the
        post has ended, or its status is none in which the provider acts."""
        if self.status in SETTLED_POSTS or self.status not in TAKEN_BY_PROVIDER:
            return True
        if all(each in SETTLED_DELIVERIES - {DeliveryStatus.PUBLISHED} for each in self.deliveries):
            return False  # the post itself is about to end
        taken = TAKEN_BY_PROVIDER[self.status] | PUBLISHING_OR_PUBLISHED | SETTLED_DELIVERIES
        return all(each in taken for each in self.deliveries)


async def wait_for_provider(context: AppContext, post_id: str, seconds: int) -> PostProgress | None:
    """The post's progress once it is settled or `seconds` are over; None where the database did not
    answer. PublicationFailed when the provider refused the post.

    Between two reads it blocks no thread and keeps no transaction open.
    """
    clock = asyncio.get_running_loop().time
    end, pause, progress = clock() + seconds, FIRST_POLL, None
    while clock() < end and not (progress and progress.is_settled):
        await asyncio.sleep(min(pause, max(end - clock(), 0)))
        pause = min(pause * POLL_BACKOFF, MAX_POLL_INTERVAL)
        try:
            progress = await to_thread.run_sync(_read_progress, context, post_id)
        except DATABASE_ERRORS:  # the post is accepted: answer that, not an error
            return progress
    if progress is not None and progress.status is PostStatus.FAILED:
        raise PublicationFailed(f"post {post_id} was accepted, and has failed: {progress.reason}")
    return progress


def _read_progress(context: AppContext, post_id: str) -> PostProgress:
    with context.database.read() as session:
        return load_progress(session, post_id)


def load_progress(session: Session, post_id: str) -> PostProgress:
    """A post's progress, in one query."""
    rows = posts.load_progress(session, post_id)
    status, at, reason, _ = rows[0]
    return PostProgress(
        PostStatus(status), at, reason, tuple(DeliveryStatus(row[3]) for row in rows)
    )
