"""Accepting a post: checking it, and committing it with its seat, media, deliveries and job."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from api.deps import Surroundings
from api.errors import ApiError
from api.files import naming
from api.posts import targets
from api.posts.reading import Wish, read
from api.posts.targets import Target
from api.schemas.posts import PublishBody
from models.organizations import Account, SocialSettings, Workspace
from models.posts import Delivery, Media, Post
from models.statuses import Desired, PostStatus
from models.store import clock, history, jobs, organizations, posts, seats
from models.task_names import JobKind
from scheduler import calendar
from scheduler.calendar import Terms

DESIRED = {
    "draft": Desired.DRAFT,
    "publish_now": Desired.PUBLISHED_NOW,
    "schedule": Desired.SCHEDULED,
    "next_slot": Desired.SCHEDULED,
}
FIRST_STATUS = {
    "draft": PostStatus.DRAFT,
    "publish_now": PostStatus.PUBLISHING,
    "schedule": PostStatus.SCHEDULED,
    "next_slot": PostStatus.BACKLOG,
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """A committed post and the id of its job; `is_new` is False for a row imported before."""

    post: Post
    job_id: str
    is_new: bool = True


def accept(
    session: Session,
    around: Surroundings,
    organization_id: str,
    body: PublishBody,
    row_key: str | None = None,
) -> Accepted:
    """Check a post and insert it, in the caller's transaction; Invalid names what is wrong."""
    settings = seats.lock_organization(session, organization_id)
    if not settings.is_enabled:
        raise ApiError(403, "social posting is switched off for this organization (isEnabled)")
    earlier = posts.by_row_key(session, organization_id, row_key) if row_key else None
    if earlier is not None:
        return Accepted(earlier, jobs.id_of(session, JobKind.POST, earlier.id), is_new=False)
    accepted = accept_new(session, around, settings, body, row_key)
    if accepted.post.status == PostStatus.BACKLOG:
        _seat(session, settings, accepted.post, around.terms)
    return accepted


def accept_new(
    session: Session,
    around: Surroundings,
    settings: SocialSettings,
    body: PublishBody,
    row_key: str | None,
) -> Accepted:
    """The same for a post that cannot be there yet, under the lock of the settings. One of the
    queue is left in the backlog, for the caller to seat."""
    organization_id = settings.organization_id
    now = clock.now(session)
    workspace = organizations.workspace_of(session, organization_id, around.provider)

    def named() -> list[Account]:
        return targets.named(session, organization_id, workspace, body.accountIds)

    wish = read(body, settings, now, named, allow_private=around.allow_private_media)
    own = naming.named(session, organization_id, body.postType, wish.links)
    post = _post(around, settings, workspace, body, wish, now)
    post.row_key = row_key
    media = naming.media(post.id, wish.links, own, around.vault)
    return Accepted(post, _insert(session, post, media, wish))


def _post(
    around: Surroundings,
    settings: SocialSettings,
    workspace: Workspace,
    body: PublishBody,
    wish: Wish,
    now: datetime,
) -> Post:
    waits = settings.approve_api_posts
    at = wish.timing.at
    return Post(
        organization_id=settings.organization_id,
        workspace_id=workspace.id,
        post_type=body.postType,
        caption=body.caption,
        platforms=wish.platforms,
        platform_fields=body.platformFields or {},
        source_video_id=body.sourceVideoId,
        source_playlist_id=body.sourcePlaylistId,
        video_key=_video_key(around, body),
        publish_mode=wish.mode,
        desired=DESIRED[wish.mode],
        status=PostStatus.PENDING_APPROVAL if waits else FIRST_STATUS[wish.mode],
        scheduled_for=at,
        local_at=wish.timing.local_at,
        timezone=wish.zone_name,
        opens_at=at - around.terms.lead_time if at and wish.mode == "schedule" else None,
        accepted_at=now,
    )


def _video_key(around: Surroundings, body: PublishBody) -> str | None:
    """By what shorts of the same video are recognized: its id where it is given, else the link."""
    if body.postType != "video":
        return None
    return around.vault.fingerprint(body.sourceVideoId or body.videoUrl or "")


def _insert(session: Session, post: Post, media: list[Media], wish: Wish) -> str:
    deliveries = [_delivery(post, target) for target in wish.targets]
    posts.add(session, post, media, deliveries)
    event = history.Event(post.id, post.id, "accept", post.status, post.accepted_at)
    history.record(session, event)
    return jobs.enqueue(session, JobKind.POST, post.id, post.accepted_at)


def _delivery(post: Post, to: Target) -> Delivery:
    named = to.account_id is not None
    return Delivery(post_id=post.id, platform=to.platform, account_id=to.account_id, is_named=named)


def _seat(session: Session, settings: SocialSettings, post: Post, terms: Terms) -> None:
    """Seat whoever waits, this post last; without a free seat it stays in the backlog."""
    seated = calendar.seat(session, settings, post.accepted_at, terms)
    if post.id in seated:
        post.status, post.scheduled_for = PostStatus.SCHEDULED, seated[post.id]
