"""Accepting a post: checking it, and committing it with its seat, media, deliveries and job."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from api.deps import Surroundings
from api.errors import ApiError, wrong
from api.schemas.posts import PublishBody
from models.links import fault
from models.organizations import SocialSettings
from models.posts import Delivery, Media, Post
from models.statuses import Desired, PostStatus
from models.store import clock, history, jobs, organizations, posts, seats
from models.task_names import JobKind
from scheduler import calendar
from scheduler.calendar import Terms
from scheduler.slots import Gap, Overlap, resolve
from scheduler.zones import UnknownZone, zone

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
MEDIA_FIELD = {"video": "videoUrl", "photo": "photoUrls", "document": "documentUrl"}


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
    links = media_links(body, allow_private=around.allow_private_media)
    post = _post(session, around, settings, body, clock.now(session))
    post.row_key = row_key
    return Accepted(post, _insert(session, around, settings, post, links))


def media_links(body: PublishBody, *, allow_private: bool) -> list[str]:
    """The links of a post's media; Invalid where one is missing or unacceptable."""
    given = {
        "videoUrl": [body.videoUrl] if body.videoUrl else [],
        "photoUrls": body.photoUrls or [],
        "documentUrl": [body.documentUrl] if body.documentUrl else [],
    }
    field = MEDIA_FIELD.get(body.postType)
    if field is None:
        if not body.caption.strip():
            raise wrong("caption", "must not be empty for a text post")
        return []
    if not given[field]:
        raise wrong(field, f"is required for postType {body.postType!r}")
    for link in given[field]:
        found = fault(link, allow_private=allow_private)
        if found is not None:
            raise wrong(field, found)
    return given[field]


def _post(
    session: Session,
    around: Surroundings,
    settings: SocialSettings,
    body: PublishBody,
    now: datetime,
) -> Post:
    mode = body.publishMode or ("schedule" if body.scheduledAt else "next_slot")
    zone_name = _zone(body.timezone or settings.default_timezone)
    at, local_at = _instant(body, settings, mode, zone_name, now)
    workspace = organizations.workspace_of(session, settings.organization_id, around.provider)
    waits = settings.approve_api_posts
    return Post(
        organization_id=settings.organization_id,
        workspace_id=workspace.id,
        post_type=body.postType,
        caption=body.caption,
        platforms=_platforms(body, settings),
        platform_fields=body.platformFields or {},
        source_video_id=body.sourceVideoId,
        video_key=_video_key(around, body),
        publish_mode=mode,
        desired=DESIRED[mode],
        status=PostStatus.PENDING_APPROVAL if waits else FIRST_STATUS[mode],
        scheduled_for=at,
        local_at=local_at,
        timezone=zone_name,
        opens_at=at - around.terms.lead_time if at and mode == "schedule" else None,
        accepted_at=now,
    )


def _video_key(around: Surroundings, body: PublishBody) -> str | None:
    """By what shorts of the same video are recognized: its id where it is given, else the link."""
    if body.postType != "video":
        return None
    return around.vault.fingerprint(body.sourceVideoId or body.videoUrl or "")


def _platforms(body: PublishBody, settings: SocialSettings) -> list[str]:
    chosen = settings.default_platforms if body.platforms is None else body.platforms
    if not chosen:
        raise wrong("platforms", "name at least one, or set defaultPlatforms in the settings")
    return list(dict.fromkeys(chosen))


def _zone(name: str) -> str:
    try:
        return zone(name).key
    except UnknownZone as error:
        raise wrong("timezone", str(error)) from None


def _instant(
    body: PublishBody, settings: SocialSettings, mode: str, zone_name: str, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """The instant and the wall clock that `scheduledAt` means; both None where it is not used."""
    if mode not in ("draft", "schedule"):
        if body.scheduledAt:
            raise wrong("scheduledAt", f"does not go with publishMode {mode!r}")
        return None, None
    if not body.scheduledAt:
        raise wrong("scheduledAt", f"is required for publishMode {mode!r}")
    at, local = when(body.scheduledAt, zone_name, settings)
    if at <= now:
        raise wrong("scheduledAt", f"must lie in the future, not at {body.scheduledAt}")
    return at, local


def when(
    text: str, zone_name: str, settings: SocialSettings | None = None
) -> tuple[datetime, datetime]:
    """The instant that a person wrote: with an offset as it is, else by the zone's wall clock,
    with the settings' policies on clock changes."""
    gap = Gap(settings.gap_policy) if settings else Gap.FORWARD
    overlap = Overlap(settings.overlap_policy) if settings else Overlap.FIRST
    try:
        written = datetime.fromisoformat(text)
        if written.tzinfo is not None:
            return written, written.astimezone(zone(zone_name)).replace(tzinfo=None)
        slot = resolve(written, zone_name, gap, overlap)
    except (ValueError, OverflowError):
        raise wrong(
            "scheduledAt", f"must be a date and time such as 2026-05-01T15:00:00Z, not {text!r}"
        ) from None
    if slot is None:
        raise wrong("scheduledAt", f"{zone_name} skipped {text}; its clock was put forward")
    return slot.at, written


def _insert(
    session: Session,
    around: Surroundings,
    settings: SocialSettings,
    post: Post,
    links: list[str],
) -> str:
    media = [
        Media(post_id=post.id, position=position, source_url=around.vault.encrypt(link))
        for position, link in enumerate(links)
    ]
    deliveries = [Delivery(post_id=post.id, platform=platform) for platform in post.platforms]
    posts.add(session, post, media, deliveries)
    event = history.Event(post.id, post.id, "accept", post.status, post.accepted_at)
    history.record(session, event)
    job_id = jobs.enqueue(session, JobKind.POST, post.id, post.accepted_at)
    if post.status == PostStatus.BACKLOG:
        _seat(session, settings, post, around.terms)
    return job_id


def _seat(session: Session, settings: SocialSettings, post: Post, terms: Terms) -> None:
    """Seat whoever waits, this post last; without a free seat it stays in the backlog."""
    calendar.seat_backlog(session, settings, post.accepted_at, terms)
    seated = posts.get(session, settings.organization_id, post.id)
    if seated is not None:
        post.status, post.scheduled_for = seated.status, seated.scheduled_for
