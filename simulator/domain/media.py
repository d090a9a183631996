"""Media and their status: UPLOADING → PROCESSING → SUCCESS or ERROR.

The status is computed from the stored instants and the time, so no background task is needed: a
restart changes nothing, and unconfirmed media disappears at the moment it expires.
"""

import json
import mimetypes
import secrets
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from simulator.errors import Problem, not_found_error, validation_error
from simulator.ids import new_id
from simulator.sqlite_store import SqliteStore
from simulator.timestamps import to_milliseconds

UPLOADING: Final = "UPLOADING"
PROCESSING: Final = "PROCESSING"
SUCCESS: Final = "SUCCESS"
ERROR: Final = "ERROR"


@dataclass(frozen=True)
class SimulatedMedia:
    """A stored media; instants in ms.

    `size` is None until the upload, `ready_at` until the confirm; `doomed` media ends in ERROR.
    """

    id: str
    blob: str
    name: str
    specs: Mapping[str, Any]
    created_at: int
    expires_at: int
    size: int | None
    ready_at: int | None
    doomed: bool


def status_of(media: SimulatedMedia, now: int) -> str | None:
    """The status at `now`; None when the media was not confirmed in time, and so is deleted."""
    if media.ready_at is None:
        return UPLOADING if now < media.expires_at else None
    if now < media.ready_at:
        return PROCESSING
    return ERROR if media.doomed or not media.size else SUCCESS


def create_media(
    store: SqliteStore, workspace: str, name: str, specs: Mapping[str, Any], now: int, ttl: float
) -> SimulatedMedia:
    """Insert a media that waits `ttl` seconds for its upload."""
    expires_at = now + to_milliseconds(ttl)
    blob = f"uploads/{secrets.token_hex(16)}"
    media = SimulatedMedia(new_id(), blob, name, specs, now, expires_at, None, None, doomed=False)
    with store.transaction() as database:
        database.execute(
            "INSERT INTO media (id, workspace, blob, name, specs, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (media.id, workspace, blob, name, json.dumps(specs), now, expires_at),
        )
    return media


def record_bytes(store: SqliteStore, blob: str, size: int, sha256: str, expires_at: int) -> None:
    """Record an upload. After the confirm it changes nothing: the provider has its copy."""
    with store.transaction() as database:
        database.execute(
            "UPDATE media SET size = ?, sha256 = ?, expires_at = ?"
            " WHERE blob = ? AND ready_at IS NULL",
            (size, sha256, expires_at, blob),
        )


def confirm_media(
    store: SqliteStore, workspace: str, media_id: str, now: int, processing: float, *, doomed: bool
) -> SimulatedMedia:
    """Start the processing (seconds); harmless to repeat. CallError 400 before the upload."""
    with store.transaction() as database:
        media = _find(database, workspace, media_id, now)
        if media.size is None:
            raise validation_error([Problem("id", "the file has not been uploaded yet")])
        if media.ready_at is None:
            database.execute(
                "UPDATE media SET ready_at = ?, doomed = ? WHERE id = ?",
                (now + to_milliseconds(processing), doomed, media_id),
            )
        return _find(database, workspace, media_id, now)


def find_media(store: SqliteStore, workspace: str, media_id: str, now: int) -> SimulatedMedia:
    """One media; CallError 404 when it is unknown, deleted, expired or another workspace's."""
    return _find(store.connection, workspace, media_id, now)


def delete_media(store: SqliteStore, workspace: str, media_id: str, now: int) -> None:
    """Delete the media; posts that name it are no longer valid."""
    with store.transaction() as database:
        _find(database, workspace, media_id, now)
        database.execute("DELETE FROM media WHERE id = ?", (media_id,))


def media_statuses(
    database: sqlite3.Connection, workspace: str, wanted: Collection[str], now: int
) -> dict[str, str]:
    """The status of each wanted media that exists in the workspace."""
    rows = database.execute(
        "SELECT * FROM media WHERE workspace = ? AND id IN (SELECT value FROM json_each(?))",
        (workspace, json.dumps(list(wanted))),
    )
    statuses = {row["id"]: status_of(_media_from_row(row), now) for row in rows}
    return {media_id: status for media_id, status in statuses.items() if status is not None}


def guess_content_type(name: str) -> str:
    """The MIME type that the file's name suggests."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _find(database: sqlite3.Connection, workspace: str, media_id: str, now: int) -> SimulatedMedia:
    row = database.execute(
        "SELECT * FROM media WHERE id = ? AND workspace = ?", (media_id, workspace)
    ).fetchone()
    if row is None or status_of(media := _media_from_row(row), now) is None:
        raise not_found_error("media")
    return media


def _media_from_row(row: sqlite3.Row) -> SimulatedMedia:
    return SimulatedMedia(
        id=row["id"],
        blob=row["blob"],
        name=row["name"],
        specs=json.loads(row["specs"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        size=row["size"],
        ready_at=row["ready_at"],
        doomed=bool(row["doomed"]),
    )
