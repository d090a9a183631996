"""Accepting a post: check it, and insert it with its seat, media, deliveries and job."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from models.organizations import SocialSettings
from models.posts import Delivery, Media, Post
from models.statuses import Desired, PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import history, posts
from models.store.tenants import accounts, connections, social_settings
from models.task_names import JobKind
from scheduler.seating.scheduling_config import SchedulingConfig
from scheduler.seating.seat_backlog import seat_backlog
from services.context import AppContext
from services.errors import SWITCHED_OFF, FieldError, PostingDisabled, QuotaReached
from services.inputs.post_bodies import PublishBody
from services.post_validation.carried_fields import PostProviders
from services.posts import targets
from services.posts.post_warnings import warnings_by_post
from services.posts.publish_request import PublishPlan, resolve_request
from services.posts.targets import DeliveryTarget
from services.posts.video_key import video_key
from services.quotas import take_open_post
from services.uploads import post_media

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
class AcceptedPost:
    """An inserted post and the id of its job; `is_new` is False for a row imported before.

    `warnings`: its fields that will not be sent.
    """

    post: Post
    job_id: str
    is_new: bool = True
    warnings: list[FieldError] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PreparedPost:
    """A checked post with its media and deliveries, not written yet."""

    post: Post
    media: list[Media]
    deliveries: list[Delivery]
    warnings: list[FieldError]


def accept_post(
    session: Session,
    context: AppContext,
    organization_id: str,
    body: PublishBody,
    row_key: str | None = None,
) -> AcceptedPost:
    """Check a post and insert it in the caller's transaction.

    `row_key` identifies the request or the imported row: the same key returns the earlier post.
    Raises PostingDisabled, QuotaReached or ValidationFailed.
    """
    settings = social_settings.lock_organization(session, organization_id)
    if settings.suspended_at is not None:
        raise PostingDisabled(SWITCHED_OFF)
    if not settings.is_enabled:
        raise PostingDisabled
    earlier = posts.find_by_row_key(session, organization_id, row_key) if row_key else None
    if earlier is not None:
        job_id = job_queue.id_of(session, JobKind.POST, earlier.id)
        warnings = warnings_by_post(session, [earlier])[earlier.id]
        return AcceptedPost(earlier, job_id, is_new=False, warnings=warnings)
    intake = PostIntake(session, context, settings)
    prepared = intake.prepare(body, row_key)
    intake.take_place()
    (accepted,) = intake.insert([prepared])
    if accepted.post.status == PostStatus.BACKLOG:
        _seat_backlog(session, settings, accepted.post, context.scheduling)
    return accepted


class PostIntake:
    """Accepts posts of one organization, in a transaction that has locked its settings.

    All its posts have the same acceptance time. Queued posts go to the backlog; the caller seats
    them.
    """

    def __init__(self, session: Session, context: AppContext, settings: SocialSettings) -> None:
        self._session = session
        self._context = context
        self._settings = settings
        owner = settings.organization_id
        self._default = connections.ensure_connection(session, owner, context.provider)
        self._links = accounts.list_linked(session, owner)
        self._providers = connections.providers_of(
            session, {link.account.connection_id for link in self._links}
        )
        self._now = clock.now(session)
        self._taken = 0
        self._refusal: QuotaReached | None = None

    def prepare(self, body: PublishBody, row_key: str | None) -> PreparedPost:
        """Check a request and build its post, without writing. ValidationFailed names every
        problem. The caller has checked that no post has this `row_key`."""
        session, context, owner = self._session, self._context, self._settings.organization_id
        plan = resolve_request(
            body,
            self._settings,
            self._now,
            lambda: targets.named_accounts(self._links, body.accountIds),
            self._find_providers,
            allow_private=context.allow_private_media,
        )
        own = post_media.load_referenced_files(session, owner, body.postType, plan.links)
        post = _build_post(context, self._settings, body, plan, self._now)
        post.row_key = row_key
        media = post_media.build_media(post.id, plan.links, own, context.cipher, body.altTexts)
        deliveries = [self._build_delivery(post, target) for target in plan.targets]
        return PreparedPost(post, media, deliveries, plan.warnings)

    def take_place(self) -> None:
        """Count one more post against the quota; QuotaReached where there are too many."""
        if self._refusal is None:
            try:
                take_open_post(self._session, self._context.quotas, self._settings, self._taken)
                self._taken += 1
            except QuotaReached as error:
                self._refusal = error  # the next rows of an import are not counted for again
        if self._refusal is not None:
            raise self._refusal

    def _find_providers(self, chosen: list[DeliveryTarget]) -> PostProviders:
        by_platform = targets.providers_by_platform(self._links, self._providers, chosen)
        return PostProviders(self._default.provider, by_platform)

    def _build_delivery(self, post: Post, target: DeliveryTarget) -> Delivery:
        link = target.find_link(self._links)
        # While the first list of accounts is not read yet, the usual connection is meant.
        unread = self._default.id if self._default.accounts_synced_at is None else None
        return Delivery(
            post_id=post.id,
            platform=target.platform,
            connection_id=link.account.connection_id if link else unread,
            account_id=target.account_id,
            is_named=target.account_id is not None,
        )

    def insert(self, prepared: Sequence[PreparedPost]) -> list[AcceptedPost]:
        """Insert prepared posts, in their order."""
        session, now, self._taken = self._session, self._now, 0
        session.flush()  # the number of open posts
        posts.insert_all(
            session,
            [each.post for each in prepared],
            [row for each in prepared for row in each.media],
            [row for each in prepared for row in each.deliveries],
        )
        events = [
            history.HistoryEntry(each.post.id, each.post.id, "accept", each.post.status, now)
            for each in prepared
        ]
        history.record(session, *events)
        subjects = [(each.post.id, each.post.organization_id) for each in prepared]
        ids = job_queue.enqueue_all(session, JobKind.POST, subjects, now)
        return [
            AcceptedPost(each.post, id_, warnings=each.warnings)
            for each, id_ in zip(prepared, ids, strict=True)
        ]


def _build_post(
    context: AppContext,
    settings: SocialSettings,
    body: PublishBody,
    plan: PublishPlan,
    now: datetime,
) -> Post:
    waits = settings.approve_api_posts
    at = plan.timing.at
    return Post(
        organization_id=settings.organization_id,
        post_type=body.postType,
        caption=body.caption,
        platforms=plan.platforms,
        platform_fields=body.platformFields or {},
        source_video_id=body.sourceVideoId,
        source_playlist_id=body.sourcePlaylistId,
        video_key=video_key(context.cipher, body.postType, body.sourceVideoId, body.videoUrl or ""),
        publish_mode=plan.mode,
        desired=DESIRED[plan.mode],
        status=PostStatus.PENDING_APPROVAL if waits else FIRST_STATUS[plan.mode],
        scheduled_for=at,
        local_at=plan.timing.local_at,
        timezone=plan.zone_name,
        opens_at=at - context.scheduling.lead_time if at and plan.mode == "schedule" else None,
        accepted_at=now,
    )


def _seat_backlog(
    session: Session, settings: SocialSettings, post: Post, scheduling: SchedulingConfig
) -> None:
    """Seat the whole backlog, this post last; without a free seat it stays in the backlog."""
    seated = seat_backlog(session, settings, post.accepted_at, scheduling)
    if post.id in seated:
        post.status, post.scheduled_for = PostStatus.SCHEDULED, seated[post.id]
