"""Editing a post before it is published everywhere: content, files, networks and accounts, time, or
back to a draft."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.statuses import UNAPPROVED, DeliveryStatus, Desired, PostStatus
from models.store.posts import post_changes
from models.store.posts.cancellation import LEAVING_OR_LIVE
from models.store.posts.posts import NO_DATE
from models.store.queue import seats
from models.store.tenants import social_settings
from models.tables import POST
from scheduler.seating.seat_backlog import seat_backlog
from services.context import AppContext
from services.errors import Conflict, FieldError, ValidationFailed, invalid_field
from services.inputs.post_bodies import CHANGES, CONTENT_FIELDS, MEDIA_FIELDS, EditBody
from services.post_validation.problem_collector import ProblemCollector
from services.posts.edit_conflict import check_version
from services.posts.edit_content import ContentChange, plan_content, write_content
from services.posts.lookup import PostWithSettings
from services.posts.post_labels import change_labels
from services.posts.post_warnings import limits_by_post, warnings_by_post
from services.posts.remove import check_not_leaving
from services.posts.schedule_time import parse_schedule_time

EDITABLE = (
    PostStatus.DRAFT,
    *UNAPPROVED,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
    PostStatus.FAILED,
    PostStatus.PARTIAL,
    PostStatus.MISSED,
)
ENDED = (PostStatus.FAILED, PostStatus.MISSED)
# What the history says of a change of these fields.
NAMES = {
    **dict.fromkeys(MEDIA_FIELDS, "files"),
    "altTexts": "alt texts",
    "platformFields": "platform fields",
    "platforms": "networks",
    "accountIds": "accounts",
}


def edit(
    session: Session, context: AppContext, found: PostWithSettings, body: EditBody, now: datetime
) -> list[FieldError]:
    """Write the desired content, targets and time; the worker then updates the provider. Returns
    what will not be sent. Conflict when it is too late, ValidationFailed when the request is wrong,
    EditedMeanwhile where the post has another version than the request."""
    locked, post = found.locked, found.post
    media = post_changes.load_media(session, post.id)
    _check_asked(body)
    if _asks_for_more_than_labels(body):
        check_editable(context, found, now)
    check_version(found, media, body)
    if body.labels is not None:
        change_labels(session, found, body.labels, now)
        if not _asks_for_more_than_labels(body):
            return warnings_by_post(session, [post])[post.id]
    collector = ProblemCollector()
    change: ContentChange | None = collector.capture(
        lambda: plan_content(session, context, found, media, body), None
    )
    if body.mode == "schedule" and change is None:
        collector.add(limits_by_post(session, [post])[post.id])
    values: dict[str, Any] = {}
    values |= collector.capture(lambda: _mode_columns(context, found, body, now), values)
    collector.raise_if_any()
    if change is not None:
        values |= write_content(session, context, found, change)
    values["content_version"] = POST.c.content_version + 1
    if body.mode and locked.status in ENDED:
        post_changes.retry_deliveries(session, locked, now)
        post_changes.reset_failed_uploads(session, post.id)
        values["reason"] = None
    status = _status_after_edit(found, body)
    note = _history_note(body)
    post_changes.update_post(session, locked, status, now, step="edit", note=note, **values)
    if body.mode and seats.release_left_seats(session, post.id):
        settings = social_settings.lock_organization(session, found.settings.organization_id)
        seat_backlog(session, settings, now, context.scheduling)
    return warnings_by_post(session, [post])[post.id]


def _asks_for_more_than_labels(body: EditBody) -> bool:
    return any(getattr(body, name) is not None for name in CHANGES if name != "labels")


def check_editable(context: AppContext, found: PostWithSettings, now: datetime) -> None:
    """Conflict where the post cannot be edited any more, or not at the moment."""
    locked = found.locked
    if locked.status not in EDITABLE:
        raise Conflict(f"a post that is {locked.status} cannot be edited")
    is_partial = locked.status is PostStatus.PARTIAL  # it is live on some accounts
    if locked.has_delivery_in(*((DeliveryStatus.PUBLISHING,) if is_partial else LEAVING_OR_LIVE)):
        raise Conflict("the post is going out right now")
    check_not_leaving(context, found, now)


def _check_asked(body: EditBody) -> None:
    """ValidationFailed where the request asks for no change."""
    if any(getattr(body, name) is not None for name in CHANGES if name != "scheduledAt"):
        return
    message = "is required, or another field that is to change, such as caption"
    if body.scheduledAt is not None:
        message = 'is required with scheduledAt: write "schedule"'
    raise ValidationFailed(FieldError(field="mode", message=message))


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
        # What the provider may still publish keeps its date until that is taken back.
        has_date = _status_after_edit(found, body) is PostStatus.SCHEDULED
        return {
            "desired": Desired.DRAFT,
            "publish_mode": "draft",
            "late_at": None,
            "grace_from": None,
            **(NO_DATE if not has_date else {}),
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
    if body.mode is None or status in UNAPPROVED:
        return status
    if body.mode == "schedule":
        return PostStatus.SCHEDULED
    return PostStatus.SCHEDULED if found.locked.may_be_published_later else PostStatus.DRAFT


def _history_note(body: EditBody) -> str:
    """A short note of what was edited, for the history."""
    given = [name for name in CONTENT_FIELDS if getattr(body, name) is not None]
    names = [NAMES.get(name, name) for name in given]
    if body.mode:
        names.append(f"schedule {body.scheduledAt}" if body.mode == "schedule" else body.mode)
    return ", ".join(dict.fromkeys(names))
