"""Accepting a post: checking it, and committing it with its seat, media, deliveries and job."""

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Checked:
    """A post that can be accepted, with its parts; nothing of it is written yet."""

    post: Post
    media: list[Media]
    deliveries: list[Delivery]


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
    earlier = posts.find_by_row_key(session, organization_id, row_key) if row_key else None
    if earlier is not None:
        return Accepted(earlier, jobs.id_of(session, JobKind.POST, earlier.id), is_new=False)
    desk = Desk(session, around, settings)
    (accepted,) = desk.insert([desk.check(body, row_key)])
    if accepted.post.status == PostStatus.BACKLOG:
        _seat(session, settings, accepted.post, around.terms)
    return accepted


class Desk:
    """Where posts of an organization are accepted, in a transaction that has locked its settings.

    All of them at the instant at which it was opened. Those of the queue are left in the backlog,
    for the caller to seat.
    """

    def __init__(self, session: Session, around: Surroundings, settings: SocialSettings) -> None:
        self._session = session
        self._around = around
        self._settings = settings
        owner = settings.organization_id
        self._workspace = organizations.ensure_workspace(session, owner, around.provider)
        self._now = clock.now(session)

    def check(self, body: PublishBody, row_key: str | None) -> Checked:
        """A post that cannot be there yet; Invalid names what is wrong. Writes nothing."""
        session, around, owner = self._session, self._around, self._settings.organization_id

        def named() -> list[Account]:
            return targets.named(session, owner, self._workspace, body.accountIds)

        private = around.allow_private_media
        wish = read(body, self._settings, self._now, named, allow_private=private)
        own = naming.named(session, owner, body.postType, wish.links)
        post = _post(around, self._settings, self._workspace, body, wish, self._now)
        post.row_key = row_key
        media = naming.media(post.id, wish.links, own, around.vault)
        return Checked(post, media, [_delivery(post, target) for target in wish.targets])

    def insert(self, checked: Sequence[Checked]) -> list[Accepted]:
        """Write posts that were checked here, in their order."""
        session, now = self._session, self._now
        posts.insert_all(
            session,
            [each.post for each in checked],
            [row for each in checked for row in each.media],
            [row for each in checked for row in each.deliveries],
        )
        events = [
            history.HistoryEntry(each.post.id, each.post.id, "accept", each.post.status, now)
            for each in checked
        ]
        history.record(session, *events)
        ids = jobs.enqueue_all(session, JobKind.POST, [each.post.id for each in checked], now)
        return [Accepted(each.post, id_) for each, id_ in zip(checked, ids, strict=True)]


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
    return around.vault.keyed_hash(body.sourceVideoId or body.videoUrl or "")


def _delivery(post: Post, to: Target) -> Delivery:
    named = to.account_id is not None
    return Delivery(post_id=post.id, platform=to.platform, account_id=to.account_id, is_named=named)


def _seat(session: Session, settings: SocialSettings, post: Post, terms: Terms) -> None:
    """Seat whoever waits, this post last; without a free seat it stays in the backlog."""
    seated = calendar.seat(session, settings, post.accepted_at, terms)
    if post.id in seated:
        post.status, post.scheduled_for = PostStatus.SCHEDULED, seated[post.id]
