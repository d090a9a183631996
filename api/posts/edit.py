"""Editing a post: its caption, its instant, or back to a draft, at any moment before it leaves."""

from datetime import datetime
from typing import Any

from sqlmodel import Session

from api.checks.content import Content, caption_problems
from api.checks.findings import Findings
from api.deps import Surroundings
from api.errors import ApiError, FieldError, Invalid, wrong
from api.posts.instants import when
from api.posts.lookup import Found
from api.posts.remove import OUT, check_movable
from api.schemas.posts import EditBody
from models.posts import Post
from models.statuses import Desired, PostStatus
from models.store import changes, seats
from models.store.posts import POST
from scheduler import calendar

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
    session: Session, around: Surroundings, found: Found, body: EditBody, now: datetime
) -> None:
    """Write what is desired now; the worker brings the provider in step. 409 when it is too late,
    400 that names the field when the request is wrong."""
    locked, post = found.locked, found.post
    values = _values(around, found, body, now)
    check(around, found, now)
    values["content_version"] = POST.c.content_version + 1
    if body.mode and locked.status in ENDED:
        changes.retry_deliveries(session, locked, now)
        changes.reset_failed_media(session, post.id)
        values["reason"] = None
    changes.update_post(
        session, locked, _status(found, body), now, step="edit", note=_note(body), **values
    )
    if body.mode and seats.release_left_seats(session, post.id):
        settings = seats.lock_organization(session, found.settings.organization_id)
        calendar.seat(session, settings, now, around.terms)


def check(around: Surroundings, found: Found, now: datetime) -> None:
    """409 where nothing about the post can be edited, or not now."""
    locked = found.locked
    if locked.status not in EDITABLE:
        raise ApiError(409, f"a post that is {locked.status} cannot be edited")
    if locked.has_delivery_in(*OUT):
        raise ApiError(409, "the post is going out right now")
    check_movable(around, found, now)


def _values(around: Surroundings, found: Found, body: EditBody, now: datetime) -> dict[str, Any]:
    """The post's columns that the request changes; Invalid names all that is wrong with it."""
    if body.mode is None and body.caption is None:
        raise Invalid(FieldError(field="mode", message="is required, or caption"))
    findings = Findings()
    values: dict[str, Any] = {}
    if body.caption is not None:
        findings.add(caption_problems(_content(found.post, body.caption)))
        values["caption"] = body.caption
    values |= findings.attempt(lambda: _stage(around, found, body, now), values)
    findings.conclude()
    return values


def _content(post: Post, caption: str) -> Content:
    return Content(post_type=post.post_type, caption=caption, platforms=post.platforms)


def _stage(around: Surroundings, found: Found, body: EditBody, now: datetime) -> dict[str, Any]:
    if body.mode == "schedule":
        return _instant(around, found, body, now)
    if body.scheduledAt is not None:
        raise wrong("scheduledAt", 'goes with mode "schedule" only')
    if body.mode == "draft":
        return {"desired": Desired.DRAFT, "publish_mode": "draft", "late_at": None}
    return {}


def _instant(around: Surroundings, found: Found, body: EditBody, now: datetime) -> dict[str, Any]:
    if body.scheduledAt is None:
        raise wrong("scheduledAt", 'is required for mode "schedule"')
    zone_name = found.settings.default_timezone
    at, local_at = when(body.scheduledAt, zone_name, found.settings)
    if at <= now:
        raise wrong("scheduledAt", f"must lie in the future, not at {body.scheduledAt}")
    return {
        "desired": Desired.SCHEDULED,
        "publish_mode": "schedule",
        "scheduled_for": at,
        "local_at": local_at,
        "timezone": zone_name,
        "opens_at": at - around.terms.lead_time,
        "late_at": None,
    }


def _status(found: Found, body: EditBody) -> PostStatus:
    """The status that follows; what may still go out is a draft once it no longer can."""
    status = found.locked.status
    if body.mode is None or status is PostStatus.PENDING_APPROVAL:
        return status
    if body.mode == "schedule":
        return PostStatus.SCHEDULED
    return PostStatus.SCHEDULED if found.locked.may_be_published_later else PostStatus.DRAFT


def _note(body: EditBody) -> str:
    """What was edited, in a few words, for the history."""
    parts = [] if body.caption is None else ["caption"]
    if body.mode == "schedule":
        parts.append(f"schedule {body.scheduledAt}")
    elif body.mode:
        parts.append(body.mode)
    return ", ".join(parts)
