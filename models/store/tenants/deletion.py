"""Deletes all rows of an organization, in batches: whoever uses a row goes before it.

Every batch is a transaction of its own, which has locked the organization's settings. Posts go with
their job, so that a worker that still has one loses its claim and writes nothing more.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, Table, delete, or_, select, tuple_
from sqlmodel import Session

from models.tables import (
    ACCOUNT,
    API_KEY,
    ATTEMPT,
    CONNECTION,
    DELIVERY,
    DISCONNECTED_ACCOUNT,
    FIRING,
    IDEMPOTENCY_KEY,
    JOB,
    MEDIA,
    ORGANIZATION,
    PAGE_SESSION_KEY,
    POST,
    POST_LABEL,
    QUEUE_SLOT,
    RELEASED_SEAT,
    SEAT,
    SETTINGS,
    STORED_FILE,
    UPLOAD,
    WEBHOOK_DELIVERY,
    WEBHOOK_ENDPOINT,
)
from models.task_names import JobKind

POSTS_PER_BATCH = 50
ROWS_PER_BATCH = 500
FILES_PER_BATCH = 200


def delete_batch(session: Session, organization_id: str) -> int:
    """Delete some rows; returns how many subjects. 0: only files, settings, the organization itself
    and its own job are left."""
    for delete_some in _BATCHES:
        count = delete_some(session, organization_id)
        if count:
            return count
    return 0


def list_files(session: Session, organization_id: str) -> list[str]:
    """The ids of some of its stored files. The caller deletes them in the storage, and then here
    by `delete_files`: a crash in between leaves a row, which the next try finds."""
    query = select(STORED_FILE.c.id).where(STORED_FILE.c.organization_id == organization_id)
    limited = query.order_by(STORED_FILE.c.id).limit(FILES_PER_BATCH)
    return list(session.connection().execute(limited).scalars())


def delete_files(session: Session, ids: list[str]) -> None:
    """Delete the rows of these files."""
    session.connection().execute(delete(STORED_FILE).where(STORED_FILE.c.id.in_(ids)))


def delete_last(session: Session, organization_id: str) -> None:
    """Delete the settings and the organization. IntegrityError if something was added since."""
    connection = session.connection()
    connection.execute(delete(SETTINGS).where(SETTINGS.c.organization_id == organization_id))
    connection.execute(delete(ORGANIZATION).where(ORGANIZATION.c.id == organization_id))


def _delete_posts(session: Session, organization_id: str) -> int:
    connection = session.connection()
    query = select(POST.c.id).where(POST.c.organization_id == organization_id)
    ids = connection.execute(query.order_by(POST.c.id).limit(POSTS_PER_BATCH)).scalars().all()
    if not ids:
        return 0
    _delete_jobs(session, JobKind.POST, ids)
    media = select(MEDIA.c.id).where(MEDIA.c.post_id.in_(ids))
    connection.execute(delete(UPLOAD).where(UPLOAD.c.media_id.in_(media)))
    for table in (SEAT, ATTEMPT, DELIVERY, MEDIA, POST_LABEL):
        connection.execute(delete(table).where(table.c.post_id.in_(ids)))
    connection.execute(delete(POST).where(POST.c.id.in_(ids)))
    return len(ids)


def _delete_firings(session: Session, organization_id: str) -> int:
    own = select(QUEUE_SLOT.c.id).where(QUEUE_SLOT.c.organization_id == organization_id)
    return _delete_with_jobs(session, FIRING, FIRING.c.queue_slot_id.in_(own), JobKind.FIRING)


def _delete_webhook_deliveries(session: Session, organization_id: str) -> int:
    own = select(WEBHOOK_ENDPOINT.c.id).where(WEBHOOK_ENDPOINT.c.organization_id == organization_id)
    of_own = WEBHOOK_DELIVERY.c.endpoint_id.in_(own)
    return _delete_with_jobs(session, WEBHOOK_DELIVERY, of_own, JobKind.WEBHOOK)


def _delete_connections(session: Session, organization_id: str) -> int:
    connection = session.connection()
    own = select(CONNECTION.c.id).where(CONNECTION.c.organization_id == organization_id)
    accounts = select(ACCOUNT.c.id).where(ACCOUNT.c.connection_id.in_(own))
    marks = or_(
        DISCONNECTED_ACCOUNT.c.organization_id == organization_id,
        DISCONNECTED_ACCOUNT.c.account_id.in_(accounts),
    )
    connection.execute(delete(DISCONNECTED_ACCOUNT).where(marks))
    connection.execute(delete(ACCOUNT).where(ACCOUNT.c.connection_id.in_(own)))
    return _delete_with_jobs(
        session, CONNECTION, CONNECTION.c.organization_id == organization_id, JobKind.ACCOUNTS
    )


def _delete_queue_job(session: Session, organization_id: str) -> int:
    return _delete_jobs(session, JobKind.QUEUE, [organization_id])


def _delete_with_jobs(
    session: Session, table: Table, is_own: ColumnElement[bool], kind: JobKind
) -> int:
    """Delete rows of a table whose jobs have their ids as subjects."""
    query = select(table.c.id).where(is_own).order_by(table.c.id).limit(ROWS_PER_BATCH)
    ids = session.connection().execute(query).scalars().all()
    if ids:
        _delete_jobs(session, kind, [str(id_) for id_ in ids])
        session.connection().execute(delete(table).where(table.c.id.in_(ids)))
    return len(ids)


def _delete_jobs(session: Session, kind: JobKind, subject_ids: Sequence[str]) -> int:
    own = (JOB.c.kind == kind, JOB.c.subject_id.in_(subject_ids))
    return session.connection().execute(delete(JOB).where(*own)).rowcount


def _rows_of(table: Table) -> Callable[[Session, str], int]:
    """Deletes rows of a table that names the organization."""
    key = tuple_(*table.primary_key.columns)

    def delete_some(session: Session, organization_id: str) -> int:
        own = select(*table.primary_key.columns).where(table.c.organization_id == organization_id)
        some = key.in_(own.limit(ROWS_PER_BATCH))
        return session.connection().execute(delete(table).where(some)).rowcount

    return delete_some


_BATCHES: tuple[Callable[[Session, str], int], ...] = (
    _delete_posts,
    _delete_firings,
    _rows_of(RELEASED_SEAT),
    _rows_of(QUEUE_SLOT),
    _delete_webhook_deliveries,
    _rows_of(WEBHOOK_ENDPOINT),
    _delete_connections,
    _rows_of(IDEMPOTENCY_KEY),
    _rows_of(PAGE_SESSION_KEY),
    _rows_of(API_KEY),
    _delete_queue_job,
)
