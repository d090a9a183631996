"""Snapshots of posts, for tests that name only what matters to them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from models.snapshot import (
    ConnectionView,
    DeliveryView,
    MediaView,
    PostView,
    Snapshot,
    UploadView,
)
from models.statuses import DeliveryStatus, Desired, MediaStatus, PostStatus

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SLOT = NOW + timedelta(days=2)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
CONNECTION = ConnectionView("connection", "swonkie")
SOURCE_FIELDS = ("id", "position", "source_url", "stored_file_id", "alt_text")


def post(**fields: Any) -> PostView:  # noqa: ANN401
    """A post that is scheduled for SLOT and opens a day earlier."""
    known: dict[str, Any] = {
        "id": "post",
        "organization_id": "organization",
        "post_type": "photo",
        "caption": "Hello",
        "platform_fields": {},
        "publish_mode": "next_slot",
        "desired": Desired.SCHEDULED,
        "content_version": 1,
        "status": PostStatus.SCHEDULED,
        "scheduled_for": SLOT,
        "late_at": None,
        "grace_from": None,
        "opens_at": SLOT - timedelta(days=1),
        "accepted_at": NOW - HOUR,
    }
    return PostView(**{**known, **fields})


def media(status: MediaStatus = MediaStatus.READY, **fields: Any) -> UploadView:  # noqa: ANN401
    """A file at the connection, ready unless given otherwise."""
    source: dict[str, Any] = {"id": "media", "position": 0, "source_url": "sealed"}
    source |= {name: fields.pop(name) for name in SOURCE_FIELDS if name in fields}
    known: dict[str, Any] = {
        "connection": CONNECTION,
        "id": source["id"],
        "remote_id": None if status is MediaStatus.NEW else "remote-media",
    }
    return UploadView(MediaView(**source), status=status, **{**known, **fields})


def delivery(
    status: DeliveryStatus = DeliveryStatus.PENDING,
    **fields: Any,  # noqa: ANN401
) -> DeliveryView:
    """A delivery to a connected account; it has a remote post unless it is pending."""
    known: dict[str, Any] = {
        "id": "delivery",
        "platform": "facebook",
        "account_id": None,
        "connection": CONNECTION,
        "profile_id": "profile",
        "account_problem": None,
        "is_disconnected": False,
        "is_named": False,
        "is_held": False,
        "remote_id": None if status is DeliveryStatus.PENDING else "remote-post",
        "remote_stage": None,
        "sent_version": None if status is DeliveryStatus.PENDING else 1,
        "intent": None,
        "intent_version": None,
        "intent_at": None,
        "is_stray": False,
        "attempts": 0,
        "not_before": None,
        "error": None,
    }
    return DeliveryView(status=status, **{**known, **fields})


def snapshot(
    *parts: UploadView | DeliveryView,
    of: PostView | None = None,
    blocked_until: datetime | None = None,
    **fields: Any,  # noqa: ANN401
) -> Snapshot:
    """A snapshot of these parts, at connections that are blocked until then."""
    known: dict[str, Any] = {
        "accounts_known": True,
        "is_paused": False,
        "rescues": 0,
        "installation_id": "here",
    }
    if blocked_until is not None:
        parts = tuple(_block(part, blocked_until) for part in parts)
    uploads = tuple(part for part in parts if isinstance(part, UploadView))
    return Snapshot(
        post=of or post(),
        media=tuple({each.media.id: each.media for each in uploads}.values()),
        uploads=uploads,
        deliveries=tuple(part for part in parts if isinstance(part, DeliveryView)),
        **{**known, **fields},
    )


def _block(part: UploadView | DeliveryView, until: datetime) -> UploadView | DeliveryView:
    if part.connection is None:
        return part
    return replace(part, connection=replace(part.connection, blocked_until=until))
