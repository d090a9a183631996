"""Accepting a post: check it, and insert it with its seat, media, deliveries and job."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from models.actors import current_actor
from models.organizations import SocialSettings
from models.posts import Delivery, Media, Post
from models.statuses import Desired, PostStatus
from models.store.jobs import job_queue
from models.store.posts import posts
from models.store.queue import new_posts
from models.store.queue.backlog import BacklogPost
from models.store.queue.seats import Placement
from models.store.tenants import posting_accounts, social_settings
from models.store.tenants.posting_accounts import PostingAccount
from models.task_names import JobKind
from scheduler.seating.seat_backlog import seat_with_newcomers
from services.context import AppContext
from services.errors import SWITCHED_OFF, FieldError, PostingDisabled, QuotaReached, ServiceError
from services.inputs.post_bodies import PublishBody
from services.post_validation.carried_fields import PostProviders
from services.post_validation.thread_items import thread_files
from services.post_validation.whole_post import DeliveryTarget
from services.posts import targets
from services.posts.chosen_slot import place_in_slot
from services.posts.post_warnings import warnings_by_post
from services.posts.publish_request import PublishPlan, resolve_request
from services.posts.search_text import SEARCHED, build_search_text
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
    """A checked post with its media and deliveries, not written yet. `slot`: the one that its
    writer chose."""

    post: Post
    media: list[Media]
    deliveries: list[Delivery]
    warnings: list[FieldError]
    slot: datetime | None = None


@dataclass(frozen=True, slots=True)
class PostRequest:
    """A request for a post. `row_key` identifies the request or the imported row: the same key
    returns the earlier post. `by`: who sends it."""

    body: PublishBody
    row_key: str | None = None
    by: str = field(default_factory=lambda: str(current_actor()))


# What becomes of a request.
Outcome = AcceptedPost | ServiceError


def accept_post(
    session: Session,
    context: AppContext,
    organization_id: str,
    body: PublishBody,
    row_key: str | None = None,
) -> AcceptedPost:
    """Check a post and insert it in the caller's transaction.

    Raises PostingDisabled, QuotaReached or ValidationFailed.
    """
    request = PostRequest(body, row_key)
    (outcome,) = accept_posts(session, context, organization_id, [request])
    if isinstance(outcome, ServiceError):
        raise outcome
    return outcome


def accept_posts(
    session: Session, context: AppContext, organization_id: str, requests: Sequence[PostRequest]
) -> list[Outcome]:
    """Check posts and insert those without a problem, as if they came one after the other.

    The outcomes are in the order of the requests. PostingDisabled concerns all of them.
    """
    settings = social_settings.lock_organization(session, organization_id)
    if settings.suspended_at is not None:
        raise PostingDisabled(SWITCHED_OFF)
    if not settings.is_enabled:
        raise PostingDisabled
    keys = [request.row_key for request in requests if request.row_key]
    earlier = _find_earlier(session, organization_id, keys) if keys else {}
    intake = PostIntake(session, context, settings)
    checked: list[PreparedPost | Outcome] = []
    for request in requests:
        found = earlier.get(request.row_key or "") or intake.check(request)
        if request.row_key:
            earlier[request.row_key] = found
        checked.append(found)
    return intake.insert_checked(checked)


def _find_earlier(
    session: Session, organization_id: str, keys: list[str]
) -> dict[str, PreparedPost | Outcome]:
    """The posts that were accepted before under these keys."""
    found = posts.find_by_row_keys(session, organization_id, keys)
    job_ids = job_queue.ids_of(session, JobKind.POST, [post.id for post in found.values()])
    warnings = warnings_by_post(session, found.values())
    return {
        key: AcceptedPost(post, job_ids[post.id], is_new=False, warnings=warnings[post.id])
        for key, post in found.items()
    }


class PostIntake:
    """Accepts posts of one organization, in a transaction that has locked its settings.

    All its posts have the same acceptance time.
    """

    def __init__(self, session: Session, context: AppContext, settings: SocialSettings) -> None:
        self._session = session
        self._context = context
        self._settings = settings
        self._known = posting_accounts.load(session, settings.organization_id, context.provider)
        self._now = self._known.now
        self._taken = 0
        self._refusal: QuotaReached | None = None

    def prepare(
        self, body: PublishBody, row_key: str | None, by: str | None = None
    ) -> PreparedPost:
        """Check a request and build its post, without writing. ValidationFailed names every
        problem. The caller has checked that no post has this `row_key`. `by`: who sends it, if not
        whoever makes the changes at the moment."""
        plan = self.check_content(body)
        post = _build_post(self._context, self._settings, body, plan, self._now)
        post.row_key, post.created_by = row_key, by or str(current_actor())
        media = self.build_media(post.id, body, plan)
        deliveries = [self.build_delivery(post, target) for target in plan.targets]
        return PreparedPost(post, media, deliveries, plan.warnings, plan.slot)

    def check_content(
        self,
        body: PublishBody,
        load_accounts: Callable[[], list[PostingAccount]] | None = None,
        live: Sequence[DeliveryTarget] = (),
    ) -> PublishPlan:
        """The request with the organization's settings; ValidationFailed names every problem.
        `load_accounts` returns the accounts that it names, where they are known already. `live`:
        where a post that is changed is out already."""
        return resolve_request(
            body,
            self._settings,
            self._now,
            load_accounts
            or (lambda: targets.named_accounts(self._known.accounts, body.accountIds)),
            self.find_providers,
            allow_private=self._context.allow_private_media,
            live=live,
        )

    def build_media(self, post_id: str, body: PublishBody, plan: PublishPlan) -> list[Media]:
        """The rows of its files, with those of its thread; ValidationFailed for one that is not the
        organization's, or does not fit the post type."""
        owner, cipher = self._settings.organization_id, self._context.cipher
        own = post_media.load_referenced_files(
            self._session, owner, body.postType, plan.links, thread_files(body.thread)
        )
        rows = post_media.build_media(post_id, plan.links, own, cipher, body.altTexts)
        return rows + post_media.build_thread_media(post_id, body.thread, len(rows), own, cipher)

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

    def list_targets(self, body: PublishBody) -> list[DeliveryTarget]:
        """Where a request would go; accounts that the organization does not have are left out."""
        known = {each.id: each for each in self._known.accounts}
        named = [known[each] for each in dict.fromkeys(body.accountIds or ()) if each in known]
        chosen = targets.merge_platforms(body.platforms, named)
        return targets.build_targets(chosen, named)

    def find_providers(self, chosen: Sequence[DeliveryTarget]) -> PostProviders:
        """The providers that these targets go through, with the limits of their servers."""
        by_platform = targets.providers_by_platform(self._known.accounts, chosen)
        servers = targets.server_limits(self._known.accounts, chosen)
        return PostProviders(self._context.provider, by_platform, servers)

    def find_account(self, target: DeliveryTarget) -> PostingAccount | None:
        """The account that a target goes to, as things stand now; None if there is none yet."""
        return targets.find_account(target, self._known.accounts)

    def build_delivery(self, post: Post, target: DeliveryTarget) -> Delivery:
        """The row of a delivery to this target."""
        account = self.find_account(target)
        # While the first list of accounts is not read yet, the usual connection is meant.
        unread = self._known.unread_connection_id
        return Delivery(
            post_id=post.id,
            platform=target.platform,
            connection_id=account.connection_id if account else unread,
            account_id=target.account_id,
            is_named=target.account_id is not None,
        )

    def check(self, request: PostRequest) -> PreparedPost | Outcome:
        """Check a new request, and count its post against the quota; the problem, if it has one.
        One that names its slot is accepted at once: the others are seated around it."""
        try:
            prepared = self.prepare(request.body, request.row_key, request.by)
            place = self._find_place(prepared)
            self.take_place()
        except ServiceError as error:
            return error
        return self._insert_in_slot(prepared, place) if place else prepared

    def _find_place(self, prepared: PreparedPost) -> Placement | None:
        """The place in the slot that the writer chose; ValidationFailed or Conflict if there is
        none."""
        if prepared.slot is None:
            return None
        args = (self._session, self._context, self._settings, prepared.post, prepared.slot)
        return place_in_slot(*args, self._now)

    def _insert_in_slot(self, prepared: PreparedPost, place: Placement) -> AcceptedPost:
        """Insert a post that has its place; one that waits for approval keeps it in mind only."""
        post = prepared.post
        if post.status == PostStatus.PENDING_APPROVAL:
            post.scheduled_for, post.local_at = place.slot_at, place.local_at
            post.timezone = place.zone
            return self.insert([prepared])[0]
        return self._insert([prepared], {post.id: place})[0]

    def insert_checked(self, checked: Sequence[PreparedPost | Outcome]) -> list[Outcome]:
        """Insert the prepared posts among these; what became of each, in the same order."""
        prepared = {id(each): each for each in checked if isinstance(each, PreparedPost)}
        accepted = dict(zip(prepared, self.insert([*prepared.values()]), strict=True))
        return [accepted[id(each)] if isinstance(each, PreparedPost) else each for each in checked]

    def insert(self, prepared: Sequence[PreparedPost]) -> list[AcceptedPost]:
        """Insert prepared posts, in their order. The free seats go to the backlog, and then to
        those of them that are queued."""
        return self._insert(prepared, self._find_seats([each.post for each in prepared]))

    def _insert(
        self, prepared: Sequence[PreparedPost], placed: dict[str, Placement]
    ) -> list[AcceptedPost]:
        job_ids = new_posts.insert(
            self._session,
            [each.post for each in prepared],
            [row for each in prepared for row in each.media],
            [row for each in prepared for row in each.deliveries],
            placed,
            self._now,
        )
        return [
            AcceptedPost(each.post, id_, warnings=each.warnings)
            for each, id_ in zip(prepared, job_ids, strict=True)
        ]

    def _find_seats(self, new: Sequence[Post]) -> dict[str, Placement]:
        """Seats for the queued posts among these; the others wait, each with the reason."""
        queued = {post.id: post for post in new if post.status == PostStatus.BACKLOG}
        if not queued:
            return {}
        newcomers = [
            BacklogPost(id_, each.post_type, each.video_key) for id_, each in queued.items()
        ]
        seating = seat_with_newcomers(
            self._session, self._settings, newcomers, self._now, self._context.scheduling
        )
        for id_ in queued.keys() & seating.waiting.keys():
            queued[id_].is_turned_away, queued[id_].reason = True, seating.waiting[id_]
        return {id_: seating.placed[id_] for id_ in queued if id_ in seating.placed}


def _build_post(
    context: AppContext,
    settings: SocialSettings,
    body: PublishBody,
    plan: PublishPlan,
    now: datetime,
) -> Post:
    waits = settings.approve_api_posts
    at = plan.timing.at
    post = Post(
        organization_id=settings.organization_id,
        post_type=body.postType,
        caption=body.caption,
        platforms=plan.platforms,
        platform_fields=body.platformFields or {},
        title=body.title,
        versions=plan.versions,
        thread=[each.text for each in body.thread or ()],
        labels=body.labels or [],
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
    searched = {name: getattr(post, name) for name in SEARCHED}
    post.search_text = build_search_text(searched, post.labels)
    return post
