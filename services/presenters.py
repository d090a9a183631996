"""Presenters: database rows as the JSON of the HTTP contract."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from media.stored_urls import is_stored_url, stored_url
from models.actors import parse_actor
from models.encryption import Cipher
from models.organizations import SocialSettings
from models.posts import Delivery, Media, Post
from models.queue_slots import QueueSlot
from models.statuses import DeliveryStatus, PostStatus
from models.stored_files import UNUSED_FILE_RETENTION, StoredFile
from scheduler.recurrence.patterns import CronPattern, parse_pattern
from services.errors import FieldError
from services.post_validation.title_fields import TITLE_FIELDS
from services.public_urls import media_url
from services.thread_presenter import own_files, present_alt_texts, present_thread


def format_instant(value: datetime | None) -> str | None:
    """ISO 8601 with milliseconds and Z."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def present_actor(text: str | None) -> dict[str, Any] | None:
    """Who made something, with the name of that time; None if it was not recorded."""
    if text is None:
        return None
    actor = parse_actor(text)
    return {"kind": actor.kind, "id": actor.id or None, "name": actor.name}


def present_settings(row: SocialSettings, rules: list[QueueSlot]) -> dict[str, Any]:
    """The settings document."""
    return {
        **_present_own_settings(row),
        "isEnabled": row.is_enabled,
        "approveApiPosts": row.approve_api_posts,
        "defaultTimezone": row.default_timezone,
        "defaultPlatforms": row.default_platforms,
        "queueSlots": [present_queue_slot(rule) for rule in rules],
        "maxPostsPerSlot": row.max_posts_per_slot,
        "maxShortsOfSameVideo": row.max_shorts_of_same_video,
        "maxShortsPerWeek": row.max_shorts_per_week,
        "minimumVideoDurationSeconds": row.minimum_video_duration_seconds,
        "processOnlyPlaylistId": row.process_only_playlist_id,
    }


def _present_own_settings(row: SocialSettings) -> dict[str, Any]:
    """Our additions to the contract. They appear only when used, so that the document of an
    organization that uses none is exactly the contract's."""
    own: dict[str, Any] = {}
    if (row.gap_policy, row.overlap_policy) != ("forward", "first"):
        own = {"gapPolicy": row.gap_policy, "overlapPolicy": row.overlap_policy}
    if row.blackouts:
        own["blackouts"] = [_present_dates(*pair) for pair in row.blackouts]
    if row.mark_colour is not None:
        own["markColour"] = row.mark_colour
    if row.mark_letters is not None:
        own["markLetters"] = row.mark_letters
    return {**own, "isPaused": True} if row.is_paused else own


def _present_dates(first: str, last: str) -> str | dict[str, str]:
    return first if first == last else {"from": first, "to": last}


def present_queue_slot(row: QueueSlot) -> dict[str, Any]:
    """A rule in the form in which it was written."""
    pattern = parse_pattern(row.rule)
    written: dict[str, Any] = (
        {"cron": pattern.expression}
        if isinstance(pattern, CronPattern)
        else {"dayOfWeek": pattern.day_of_week, "time": f"{pattern.time:%H:%M}"}
    )
    return {**written, "timezone": row.timezone} if row.has_own_zone else written


def present_warnings(warnings: Sequence[FieldError]) -> dict[str, Any]:
    """The warnings of an answer: our addition to the contract, which appears only when used."""
    return {"warnings": list(warnings)} if warnings else {}


def present_accepted_post(post: Post, job_id: str) -> dict[str, Any]:
    """The answer to publish, without warnings."""
    return {
        "socialPost": {
            "id": post.id,
            "status": post.status,
            "providerJobId": job_id,
            "scheduledFor": format_instant(post.scheduled_for),
        },
        "providerPostId": job_id,
    }


def present_stored_file(row: StoredFile) -> dict[str, Any]:
    """An uploaded file, as the answer to POST media."""
    return {
        "id": row.id,
        "url": stored_url(row.id),
        "name": row.name,
        "contentType": row.content_type,
        "size": row.size,
        "sha256": row.sha256,
        "createdAt": format_instant(row.created_at),
        "expiresAt": format_instant(row.created_at + UNUSED_FILE_RETENTION),
    }


def present_changed_post(row: Post) -> dict[str, Any]:
    """The answer to edit, remove and retry."""
    is_gone = row.status == PostStatus.CANCELLED
    at = None if is_gone else format_instant(row.scheduled_for)
    return {"post": {"id": row.id, "status": row.status, "scheduledFor": at}}


def present_post(
    row: Post,
    job_id: str | None,
    media: list[Media],
    deliveries: list[Delivery],
    cipher: Cipher,
    *,
    origin: str = "",
) -> dict[str, Any]:
    """A post in a list. Links to uploaded files begin with `origin`; without it they are paths."""
    own = own_files(media)
    thread = present_thread(row, media, lambda each: _preview_url(each, cipher, origin))
    preview = _preview_url(own[0], cipher, origin) if own else None
    is_live = any(each.status == DeliveryStatus.PUBLISHED for each in deliveries)
    return {
        "id": row.id,
        "status": row.status,
        "title": post_title(row),
        "caption": row.caption,
        "platforms": row.platforms,
        "createdAt": format_instant(row.accepted_at),
        "createdBy": present_actor(row.created_by),
        "scheduledFor": format_instant(row.scheduled_for),
        "providerJobId": job_id,
        "previewUrl": preview,
        "thumbnailUrl": preview if row.post_type == "photo" else None,
        "providerError": row.reason
        or next((each.error for each in deliveries if each.error), None),
        "providerPlatforms": [
            present_delivery(each) for each in _in_platform_order(row, deliveries)
        ],
        "providerLastEvent": _last_event(deliveries),
        "isPublishedOnPlatform": is_live,
        "version": row.content_version,
        **present_alt_texts(own),
        **({"versions": row.versions} if row.versions else {}),
        **({"thread": thread} if thread else {}),
        **({"labels": row.labels} if row.labels else {}),
        **present_review(row),
        **_present_acknowledgement(row),
    }


def present_review(row: Post) -> dict[str, Any]:
    """The last decision on a post that waited for approval: an addition to the contract, which
    appears only where it is used."""
    if row.review_state is None:
        return {}
    return {
        "review": {
            "state": row.review_state,
            "comment": row.review_comment,
            "by": row.reviewed_by,
            "at": format_instant(row.reviewed_at),
        }
    }


def _present_acknowledgement(row: Post) -> dict[str, Any]:
    """An addition to the contract, which appears only where it is used."""
    if row.acknowledged_at is None:
        return {}
    return {
        "acknowledgedAt": format_instant(row.acknowledged_at),
        "acknowledgedBy": row.acknowledged_by,
    }


def _preview_url(media: Media, cipher: Cipher, origin: str) -> str | None:
    """The link to a media file: its source, or the uploaded file while it is stored."""
    link = cipher.decrypt(media.source_url)
    if not is_stored_url(link):
        return link
    file_id = media.stored_file_id
    return None if file_id is None else media_url(origin, file_id)


def post_title(row: Post) -> str | None:
    """Its own title, else the one in the platform fields, of the first platform that has one."""
    if row.title:
        return row.title
    names = (TITLE_FIELDS[platform] for platform in row.platforms if platform in TITLE_FIELDS)
    return next((row.platform_fields[name] for name in names if name in row.platform_fields), None)


def _in_platform_order(row: Post, deliveries: list[Delivery]) -> list[Delivery]:
    """The deliveries in the order in which the request named their platforms."""
    ranks = {platform: rank for rank, platform in enumerate(row.platforms)}
    return sorted(deliveries, key=lambda each: ranks.get(each.platform, len(ranks)))


def present_delivery(row: Delivery) -> dict[str, Any]:
    """A post on one account."""
    return {
        "platform": row.platform,
        "accountId": row.account_id,
        "status": row.status,
        "providerPostId": row.remote_id,
        "stage": row.remote_stage,
        "link": row.link,
        "error": row.error,
        "notCarried": row.not_carried or [],
        **_present_removal(row),
    }


def _present_removal(row: Delivery) -> dict[str, Any]:
    """An edit took it off the post, and its remote post is not gone yet: an addition to the
    contract, which appears only where it is used."""
    return {"isRemoved": True} if row.is_removed else {}


def _last_event(deliveries: list[Delivery]) -> str | None:
    return next((each.remote_stage for each in reversed(deliveries) if each.remote_stage), None)
