"""Stored posts: one row for each post, and one `placement` row for each of its profiles."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.domain.captions import all_captions, marker_in
from simulator.domain.profiles import profile_json
from simulator.domain.stages import initial_stage
from simulator.errors import not_found_error
from simulator.ids import new_id
from simulator.timestamps import format_instant, format_optional_instant, parse_instant


@dataclass(frozen=True)
class SimulatedPost:
    """A stored post; `content` is the body that the client sent, instants are ms."""

    id: str
    stage: str
    publish_at: int | None
    created_at: int
    updated_at: int
    marker: str
    content: Mapping[str, Any]


def insert_post(
    database: sqlite3.Connection, workspace: str, content: Mapping[str, Any], now: int
) -> str:
    """Store a new post with checked content; returns its id."""
    post_id, publish_at = new_id(), parse_publish_at(content)
    database.execute(
        "INSERT INTO post (id, workspace, type, stage, publish_at, created_at, updated_at,"
        " marker, caption_text, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(post_id, workspace, content["type"], initial_stage(publish_at), publish_at, now, now),
            *_derived_columns(content),
        ),
    )
    _insert_placements(database, post_id, content)
    return post_id


def replace_content(
    database: sqlite3.Connection, post_id: str, content: Mapping[str, Any], stage: str, now: int
) -> None:
    """Store the checked content and the new stage of an edited post."""
    database.execute(
        "UPDATE post SET type = ?, stage = ?, publish_at = ?, updated_at = ?,"
        " marker = ?, caption_text = ?, content = ? WHERE id = ?",
        (
            content["type"],
            stage,
            parse_publish_at(content),
            now,
            *_derived_columns(content),
            post_id,
        ),
    )
    database.execute("DELETE FROM placement WHERE post_id = ?", (post_id,))
    _insert_placements(database, post_id, content)


def set_stage(database: sqlite3.Connection, post_id: str, stage: str, now: int) -> None:
    """Set a post's stage; `simulator.domain.stages` decides which transitions are legal."""
    database.execute(
        "UPDATE post SET stage = ?, updated_at = ? WHERE id = ?", (stage, now, post_id)
    )


def mark_deleted(database: sqlite3.Connection, post_id: str, now: int) -> None:
    """Delete a post for the API; the row stays, because the ledger may refer to it."""
    database.execute("UPDATE post SET deleted = 1, updated_at = ? WHERE id = ?", (now, post_id))


def find_post(database: sqlite3.Connection, workspace: str, post_id: str) -> SimulatedPost:
    """One post; CallError 404 when it is unknown, deleted or another workspace's."""
    row = database.execute(
        "SELECT * FROM post WHERE id = ? AND workspace = ? AND NOT deleted", (post_id, workspace)
    ).fetchone()
    if row is None:
        raise not_found_error("post")
    return post_from_row(row)


def post_from_row(row: sqlite3.Row) -> SimulatedPost:
    """A row of the table as a post."""
    return SimulatedPost(
        id=row["id"],
        stage=row["stage"],
        publish_at=row["publish_at"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        marker=row["marker"],
        content=json.loads(row["content"]),
    )


def parse_publish_at(content: Mapping[str, Any]) -> int | None:
    """`publishAt` of checked content (ms); None when it has none."""
    text = content.get("publishAt")
    return None if text is None else parse_instant(text)


def post_json(database: sqlite3.Connection, post: SimulatedPost) -> dict[str, Any]:
    """The whole post as JSON; `profiles` has the publish outcome of each profile."""
    placements = database.execute(
        "SELECT * FROM placement JOIN profile ON profile.id = profile_id"
        " WHERE post_id = ? ORDER BY place",
        (post.id,),
    )
    return {
        **post.content,
        "id": post.id,
        "stage": post.stage,
        "publishAt": format_optional_instant(post.publish_at),
        "createdAt": format_instant(post.created_at),
        "updatedAt": format_instant(post.updated_at),
        "profiles": [{**profile_json(row), **_publish_outcome(row)} for row in placements],
    }


def _publish_outcome(row: sqlite3.Row) -> dict[str, str]:
    """`publishStatus` once publishing began, then `permalink` or `publishError`."""
    outcome = {
        "publishStatus": row["status"],
        "publishError": row["error"],
        "permalink": row["permalink"],
    }
    return {name: value for name, value in outcome.items() if value is not None}


def _derived_columns(content: Mapping[str, Any]) -> tuple[str, str, str]:
    """Columns computed from the content: marker, search text, and the content as JSON."""
    return marker_in(content), all_captions(content).casefold(), json.dumps(content)


def _insert_placements(
    database: sqlite3.Connection, post_id: str, content: Mapping[str, Any]
) -> None:
    database.executemany(
        "INSERT INTO placement (post_id, profile_id, place) VALUES (?, ?, ?)",
        [(post_id, profile, place) for place, profile in enumerate(content["profileIds"])],
    )
