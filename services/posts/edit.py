"""Editing a post before it is published: its caption, its time, or back to a draft."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.posts import Post
from models.statuses import Desired, PostStatus
from models.store.posts import post_changes
from models.store.queue import seats
from models.store.tenants import social_settings
from models.tables import POST
from scheduler.seating.seat_backlog import seat_backlog
from services.context import AppContext
from services.errors import Conflict, FieldError, ValidationFailed, invalid_field
from services.inputs.post_bodies import EditBody
from services.post_validation.content import PostContent, caption_problems
from services.post_validation.problem_collector import ProblemCollector
from services.posts.lookup import PostWithSettings
from services.posts.post_warnings import limits_by_post, warnings_by_post
from services.posts.remove import LEAVING_OR_LIVE, check_not_leaving
from services.posts.schedule_time import parse_schedule_time

EDITABLE = (
    PostStatus.DRAFT,
    PostStatus.PENDING_APPROVAL,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
    PostStatus.FAILED,
    PostStatus.MISSED,
)
ENDED = (PostStatus.FAILED, PostStatus.MISSED)


def edit(
    session: Session, context: AppContext, found: PostWithSettings, body: EditBody, now: datetime
) -> list[FieldError]:
    """Write the desired content and time; the worker then updates the provider. Returns what will
    not be sent. Conflict when it is too late, ValidationFailed when the request is wrong."""
    locked, post = found.locked, found.post
    lost_limits = limits_by_post(session, [post])[post.id] if body.mode == "schedule" else []
    values = _changed_columns(context, found, body, now, lost_limits)
    check_editable(context, found, now)
    values["content_version"] = POST.c.content_version + 1
    if body.mode and locked.status in ENDED:
        post_changes.retry_deliveries(session, locked, now)
        post_changes.reset_failed_media(session, post.id)
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
    if locked.has_delivery_in(*LEAVING_OR_LIVE):
        raise Conflict("the post is going out right now")
    check_not_leaving(context, found, now)


def _changed_columns(
    context: AppContext,
    found: PostWithSettings,
    body: EditBody,
    now: datetime,
    lost_limits: list[FieldError],
) -> dict[str, Any]:
    """The columns that the request changes; ValidationFailed names everything that is wrong,
    `lost_limits` included."""
    if body.mode is None and body.caption is None:
        raise ValidationFailed(FieldError(field="mode", message="is required, or caption"))
    collector = ProblemCollector()
    collector.add(lost_limits)
    values: dict[str, Any] = {}
    if body.caption is not None:
        collector.add(caption_problems(_content(found.post, body.caption)))
        values["caption"] = body.caption
    values |= collector.capture(lambda: _mode_columns(context, found, body, now), values)
    collector.raise_if_any()
    return values


def _content(post: Post, caption: str) -> PostContent:
    return PostContent(post_type=post.post_type, caption=caption, platforms=post.platforms)


def _mode_columns(
    context: AppContext, found: PostWithSettings, body: EditBody, now: datetime
) -> dict[str, Any]:
    if body.mode == "schedule":
        return _schedule_columns(context, found, body, now)
    if body.scheduledAt is not None:
        raise invalid_field("scheduledAt", 'goes with mode "schedule" only')
    if body.mode == "draft":
        return {"desired": Desired.DRAFT, "publish_mode": "draft", "late_at": None}
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
    if body.mode == "schedule":
        parts.append(f"schedule {body.scheduledAt}")
    elif body.mode:
        parts.append(body.mode)
    return ", ".join(parts)
