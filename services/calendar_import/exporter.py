"""Exporting a post as a calendar row, from which an import would make the same post. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from models.posts import Delivery, Post
from models.statuses import SETTLED_POSTS
from scheduler.recurrence.dst_policy import GapPolicy, OverlapPolicy, resolve_local_time
from scheduler.recurrence.timezones import load_zone
from services.calendar_import.cell_lists import join_links, join_texts
from services.calendar_import.csv_header import COLUMNS
from services.calendar_import.csv_injection import escape_formula
from services.calendar_import.thread_cells import join_thread
from services.post_validation.alt_texts import clean
from services.post_validation.media_links import MEDIA_FIELD

SEPARATED_BY_SPACES = ("platforms", "accountIds")


def build_export_row(
    post: Post,
    deliveries: Sequence[Delivery],
    links: Sequence[str],
    alt_texts: Sequence[str | None] = (),
    thread: Sequence[Mapping[str, Any]] = (),
    *,
    fixed: bool = False,
) -> dict[str, Any]:
    """The fields of a publish request, and `key`; empty fields are left out. `links` and
    `alt_texts`: of the post's own files; `thread`: what follows it.

    A queued post asks for the next slot, or with `fixed` for the instant that it has now. A post
    that has ended is written with its past instant, so that importing it by mistake is refused
    and publishes nothing.
    """
    named = [each.account_id for each in deliveries if each.is_named and each.account_id]
    media = {MEDIA_FIELD[post.post_type]: _media_value(post, links)} if links else {}
    values = {
        "key": post.row_key or post.id,
        "postType": post.post_type,
        "caption": post.caption,
        "platforms": post.platforms,
        "accountIds": named,
        **_schedule_columns(post, fixed=fixed),
        **media,
        "altTexts": clean([each or "" for each in alt_texts]),
        "thread": [*thread],
        "platformFields": post.platform_fields,
        "title": post.title,
        "versions": post.versions,
        "labels": post.labels,
        "sourceVideoId": post.source_video_id,
        "sourcePlaylistId": post.source_playlist_id,
    }
    return {name: values[name] for name in COLUMNS if values.get(name) or name == "caption"}


def _media_value(post: Post, links: Sequence[str]) -> str | list[str]:
    return list(links) if post.post_type == "photo" else links[0]


def _schedule_columns(post: Post, *, fixed: bool) -> dict[str, Any]:
    mode = post.publish_mode
    if post.status in SETTLED_POSTS or (fixed and mode == "next_slot" and post.scheduled_for):
        at = post.scheduled_for or post.published_at or post.accepted_at
        return {"publishMode": "schedule", **_wall_clock_columns(at, post.local_at, post.timezone)}
    if mode in ("schedule", "draft") and post.scheduled_for is not None:
        return {
            "publishMode": mode,
            **_wall_clock_columns(post.scheduled_for, post.local_at, post.timezone),
        }
    return {"publishMode": mode, "timezone": post.timezone}


def _wall_clock_columns(at: datetime, local_at: datetime | None, zone_name: str) -> dict[str, str]:
    """The instant on the zone's wall clock. Where the clock shows that time twice and the second
    one is meant, the offset is added."""
    local = local_at or at.astimezone(load_zone(zone_name)).replace(tzinfo=None)
    slot = resolve_local_time(local, zone_name, GapPolicy.FORWARD, OverlapPolicy.FIRST)
    if slot is None or slot.at != at:
        return {
            "scheduledAt": at.astimezone(load_zone(zone_name)).isoformat(),
            "timezone": zone_name,
        }
    return {"scheduledAt": local.isoformat(), "timezone": zone_name}


def to_json_line(values: Mapping[str, Any]) -> str:
    """A line of JSON Lines."""
    return json.dumps(values, ensure_ascii=False)


def to_csv_cells(values: Mapping[str, Any]) -> list[str]:
    """The cells of a CSV row, in the order of the columns."""
    return [escape_formula(_to_cell(name, values.get(name, ""))) for name in COLUMNS]


def _to_cell(name: str, value: Any) -> str:  # noqa: ANN401  (JSON)
    if name == "photoUrls":
        return join_links([*value])
    if name == "altTexts":
        return join_texts([*value])
    if name == "thread" and value:
        return join_thread(value)
    if name == "labels":
        return ", ".join(value)
    if name in SEPARATED_BY_SPACES:
        return " ".join(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
