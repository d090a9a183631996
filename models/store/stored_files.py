"""Files that callers uploaded: find, lock, delete and prune.

A transaction that creates a post with a file locks the file's row until it commits. Deletion locks
the rows first and reads their posts after that. So no post is created with a deleted file.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.statuses import SETTLED_POSTS, DeliveryStatus, MediaStatus
from models.store.sql.bulk import chunks
from models.stored_files import MIN_FILE_RETENTION, UNUSED_FILE_RETENTION, StoredFile
from models.tables import ATTEMPT, DELIVERY, MEDIA, POST, STORED_FILE, UPLOAD


def get(session: Session, organization_id: str, file_id: str) -> StoredFile | None:
    """A file of the organization; None if it has no such file."""
    query = select_model(StoredFile).where(StoredFile.organization_id == organization_id)
    return session.exec(query.where(StoredFile.id == file_id)).first()


def list_all(session: Session, organization_id: str) -> list[StoredFile]:
    """All files of the organization, oldest first."""
    query = select_model(StoredFile).where(StoredFile.organization_id == organization_id)
    return list(session.exec(query.order_by(StoredFile.id)))


def lock_files(session: Session, organization_id: str, ids: Sequence[str]) -> dict[str, StoredFile]:
    """The organization's files among these ids, by id; nobody can delete them before the
    transaction ends."""
    query = (
        select_model(StoredFile)
        .where(StoredFile.organization_id == organization_id, col(StoredFile.id).in_(ids))
        .order_by(StoredFile.id)
        .with_for_update(read=True, key_share=True)
    )
    return {row.id: row for row in session.exec(query)} if ids else {}


def find_duplicate(
    session: Session, organization_id: str, sha256: str, since: datetime
) -> StoredFile | None:
    """The newest file of the organization with this content uploaded at `since` or later."""
    query = select_model(StoredFile).where(
        StoredFile.organization_id == organization_id,
        StoredFile.sha256 == sha256,
        StoredFile.created_at >= since,
    )
    return session.exec(query.order_by(col(StoredFile.created_at).desc())).first()


def existing_ids(session: Session, ids: Sequence[str]) -> set[str]:
    """The ids among these that are ids of files."""
    existing: set[str] = set()
    for chunk in chunks(ids):
        query = select(STORED_FILE.c.id).where(STORED_FILE.c.id.in_(chunk))
        existing.update(session.connection().execute(query).scalars())
    return existing


def remove(session: Session, organization_id: str, file_id: str) -> bool | None:
    """Delete a file's row; False while an unfinished post uses it, None if there is no such file.

    The caller deletes its object in the storage after the commit.
    """
    own = (STORED_FILE.c.id == file_id, STORED_FILE.c.organization_id == organization_id)
    connection = session.connection()
    if connection.execute(select(STORED_FILE.c.id).where(*own).with_for_update()).first() is None:
        return None
    in_use = exists().where(
        MEDIA.c.stored_file_id == file_id,
        POST.c.id == MEDIA.c.post_id,
        POST.c.status.not_in(SETTLED_POSTS),
    )
    return connection.execute(delete(STORED_FILE).where(*own, ~in_use)).rowcount > 0


def prune(session: Session, now: datetime, limit: int) -> list[str]:
    """Delete the rows of at most `limit` files that nobody needs any more; returns their ids.

    The caller deletes their objects in the storage after the commit.
    """
    old = _is_prunable(now)
    connection = session.connection()
    query = select(STORED_FILE.c.id).where(*old).order_by(STORED_FILE.c.created_at).limit(limit)
    locked = list(connection.execute(query.with_for_update(skip_locked=True)).scalars())
    # Check again: before its row was locked, a post may have been created with a file.
    statement = (
        delete(STORED_FILE).where(STORED_FILE.c.id.in_(locked), *old).returning(STORED_FILE.c.id)
    )
    return list(connection.execute(statement).scalars()) if locked else []


def _is_prunable(now: datetime) -> list[ColumnElement[bool]]:
    latest = now - MIN_FILE_RETENTION
    is_used = exists().where(MEDIA.c.stored_file_id == STORED_FILE.c.id)
    has_recent_attempt = exists().where(ATTEMPT.c.post_id == POST.c.id, ATTEMPT.c.at >= latest)
    is_uploaded = exists().where(UPLOAD.c.media_id == MEDIA.c.id)
    is_unready = exists().where(
        UPLOAD.c.media_id == MEDIA.c.id, UPLOAD.c.status != MediaStatus.READY
    )
    # Another connection may need it later, or the same one again.
    is_uncreated = exists().where(
        DELIVERY.c.post_id == POST.c.id, DELIVERY.c.status == DeliveryStatus.PENDING
    )
    is_needed = exists().where(
        MEDIA.c.stored_file_id == STORED_FILE.c.id,
        or_(~is_uploaded, is_unready, is_uncreated),
        POST.c.id == MEDIA.c.post_id,
        or_(POST.c.status.not_in(SETTLED_POSTS), has_recent_attempt),
    )
    is_used_or_expired = or_(is_used, STORED_FILE.c.created_at < now - UNUSED_FILE_RETENTION)
    return [STORED_FILE.c.created_at < latest, is_used_or_expired, ~is_needed]
