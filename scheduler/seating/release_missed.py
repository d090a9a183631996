"""Releases a post that is held because it missed its slot."""

from sqlmodel import Session

from models.organizations import SocialSettings
from models.posts import Post
from models.statuses import PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import overdue_posts, posts
from models.store.posts.overdue_posts import LatePublication
from models.store.tenants import social_settings
from models.task_names import JobKind
from scheduler.seating.late_posts import list_turns
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.seat_backlog import seat_backlog


class NotMissed(Exception):
    """The post is not held as missed; the text gives its status."""


def release_missed_post(
    session: Session,
    settings: SocialSettings,
    post_id: str,
    scheduling: SchedulingConfig,
    *,
    next_slot: bool,
) -> Post:
    """Publish a missed post, in its order among the late ones, or move it to the next free slot.

    `settings` must be the locked row.
    """
    post = posts.get(session, settings.organization_id, post_id)
    if post is None:
        raise NotMissed(f"there is no post {post_id!r}")
    if post.status != PostStatus.MISSED:
        raise NotMissed(f"post {post_id} is not held as missed; it is {post.status}")
    now = clock.now(session)
    social_settings.forget_open_posts(session, settings)
    job_queue.wake(session, JobKind.POST, [post_id], now)
    if next_slot:
        posts.move_to_backlog(session, post_id, PostStatus.MISSED, now)
        seat_backlog(session, settings, now, scheduling)
    else:
        posts.set_status(
            session, post_id, PostStatus.MISSED, PostStatus.SCHEDULED, now, step="release"
        )
        at = next(list_turns(session, settings, now, scheduling.late_spacing))
        publication = LatePublication(post_id, at)
        overdue_posts.set_late_times(session, [publication], now, {"grace_from": at})
    session.flush()
    session.expire_all()
    return posts.get(session, settings.organization_id, post_id) or post
