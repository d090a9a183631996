"""Editing a post before it is published everywhere: caption, alt texts, time, files, or back to a
draft."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.posts import Post
from models.statuses import DeliveryStatus, Desired, PostStatus
from models.store.posts import post_changes
from models.store.posts.cancellation import LEAVING_OR_LIVE
from models.store.queue import seats
from models.store.tenants import social_settings
from models.tables import POST
from scheduler.seating.seat_backlog import seat_backlog
from services.context import AppContext
from services.errors import Conflict, FieldError, ValidationFailed, invalid_field
from services.inputs.post_bodies import EditBody
from services.post_validation.alt_texts import alt_text_problems
from services.post_validation.content import PostContent, caption_problems
from services.post_validation.problem_collector import ProblemCollector
from services.posts import replace_media
from services.posts.lookup import PostWithSettings
from services.posts.post_warnings import limits_by_post, warnings_by_post
from services.posts.remove import check_not_leaving
from services.posts.schedule_time import parse_schedule_time
from services.uploads import post_media

EDITABLE = (
    PostStatus.DRAFT,
    PostStatus.PENDING_APPROVAL,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
    PostStatus.FAILED,
    PostStatus.PARTIAL,
    PostStatus.MISSED,
)
ENDED = (PostStatus.FAILED, PostStatus.MISSED)


def edit(
    session: Session, context: AppContext, found: PostWithSettings, body: EditBody, now: datetime
) -> list[FieldError]:
    """Write the desired content and time; the worker then updates the provider. Returns what will
    not be sent. Conflict when it is too late, ValidationFailed when the request is wrong."""
    locked, post = found.locked, found.post
    problems = limits_by_post(session, [post])[post.id] if body.mode == "schedule" else []
    photos = len(body.photoUrls or ()) or post_changes.count_media(session, post.id)
    problems += alt_text_problems(post.post_type, body.altTexts, photos)
    values, links = _changed_columns(context, found, body, now, problems)
    check_editable(context, found, now)
    if links:
        replace_media.check_replaceable(found)
        values |= replace_media.replace_media(session, context, found, links, body.altTexts)
    elif body.altTexts is not None and post.post_type == "photo":
        texts = post_media.alt_texts_by_position(body.altTexts, photos)
        post_changes.set_alt_texts(session, post.id, texts)
    values["content_version"] = POST.c.content_version + 1
    if body.mode and locked.status in ENDED:
        post_changes.retry_deliveries(session, locked, now)
        post_changes.reset_failed_uploads(session, post.id)
        values["reason"] = None
    post_changes.update_post(
        session,
        locked,
        _status_after_edit(found, body),
        now,
        step="edit",
        note=_history_note(body),
        **values,
    )
    if body.mode and seats.release_left_seats(session, post.id):
        settings = social_settings.lock_organization(session, found.settings.organization_id)
        seat_backlog(session, settings, now, context.scheduling)
    return warnings_by_post(session, [post])[post.id]


def check_editable(context: AppContext, found: PostWithSettings, now: datetime) -> None:
    """Conflict where the post cannot be edited any more, or not at the moment."""
    locked = found.locked
    if locked.status not in EDITABLE:
        raise Conflict(f"a post that is {locked.status} cannot be edited")
    is_partial = locked.status is PostStatus.PARTIAL  # it is live on some accounts
    if locked.has_delivery_in(*((DeliveryStatus.PUBLISHING,) if is_partial else LEAVING_OR_LIVE)):
        raise Conflict("the post is going out right now")
    check_not_leaving(context, found, now)


def _changed_columns(
    context: AppContext,
    found: PostWithSettings,
    body: EditBody,
    now: datetime,
    problems: list[FieldError],
) -> tuple[dict[str, Any], list[str]]:
    """The columns that the request changes, and the links of the new files; ValidationFailed names
    everything that is wrong, `problems` included."""
    has_media = replace_media.has_media(body)
    if not (has_media or body.mode or body.caption is not None or body.altTexts is not None):
        message = "is required, or caption, or altTexts, or the links of other files"
        if body.scheduledAt is not None:
            message = 'is required with scheduledAt: write "schedule"'
        raise ValidationFailed(FieldError(field="mode", message=message))
    collector = ProblemCollector()
    collector.add(problems)
    values: dict[str, Any] = {}
    links: list[str] = []
    platforms = _open_platforms(found)
    if body.caption is not None:
        collector.add(caption_problems(_content(found.post, body.caption, platforms)))
        values["caption"] = body.caption
    if has_media:
        links = collector.capture(
            lambda: replace_media.check_links(context, found, body, platforms), links
        )
    values |= collector.capture(lambda: _mode_columns(context, found, body, now), values)
    collector.raise_if_any()
    return values, links


def _open_platforms(found: PostWithSettings) -> list[str]:
    """The platforms on which the post is not live: an edit concerns these only."""
    return [
        each.platform for each in found.locked.deliveries if each.status != DeliveryStatus.PUBLISHED
    ]


def _content(post: Post, caption: str, platforms: Sequence[str]) -> PostContent:
    return PostContent(post_type=post.post_type, caption=caption, platforms=platforms)


def _mode_columns(
    context: AppContext, found: PostWithSettings, body: EditBody, now: datetime
) -> dict[str, Any]:
    if body.mode is not None and found.locked.status is PostStatus.PARTIAL:
        raise invalid_field(
            "mode",
            "does not go with a post that is live on some accounts; "
            "change its caption or its files, then retry",
        )
    if body.mode == "schedule":
        return _schedule_columns(context, found, body, now)
    if body.scheduledAt is not None:
        raise invalid_field("scheduledAt", 'goes with mode "schedule" only')
    if body.mode == "draft":
        return {
            "desired": Desired.DRAFT,
            "publish_mode": "draft",
            "late_at": None,
            "grace_from": None,
        }
    return {}


def _schedule_columns(
    context: AppContext, found: PostWithSettings, body: EditBody, now: datetime
) -> dict[str, Any]:
    if body.scheduledAt is None:
        raise invalid_field("scheduledAt", 'is required for mode "schedule"')
    zone_name = found.settings.default_timezone
    at, local_at = parse_schedule_time(body.scheduledAt, zone_name, found.settings)
    if at <= now:
        raise invalid_field("scheduledAt", f"must lie in the future, not at {body.scheduledAt}")
    return {
        "desired": Desired.SCHEDULED,
        "publish_mode": "schedule",
        "scheduled_for": at,
        "local_at": local_at,
        "timezone": zone_name,
        "opens_at": at - context.scheduling.lead_time,
        "late_at": None,
        "grace_from": None,
    }


def _status_after_edit(found: PostWithSettings, body: EditBody) -> PostStatus:
    """The status after the edit. A post that may still be published stays scheduled until the
    provider has acknowledged that it is a draft."""
    status = found.locked.status
    if body.mode is None or status is PostStatus.PENDING_APPROVAL:
        return status
    if body.mode == "schedule":
        return PostStatus.SCHEDULED
    return PostStatus.SCHEDULED if found.locked.may_be_published_later else PostStatus.DRAFT


def _history_note(body: EditBody) -> str:
    """A short note of what was edited, for the history."""
    parts = [] if body.caption is None else ["caption"]
    parts += [] if body.altTexts is None else ["alt texts"]
    parts += ["files"] if replace_media.has_media(body) else []
    if body.mode == "schedule":
        parts.append(f"schedule {body.scheduledAt}")
    elif body.mode:
        parts.append(body.mode)
    return ", ".join(parts)
