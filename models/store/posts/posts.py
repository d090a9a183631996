"""Posts with their media and deliveries: insert, read, update."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Table, bindparam, delete, exists, or_, select
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as select_model

from models.ids import new_id
from models.posts import Delivery, Media, Post
from models.snapshot import DeliveryView, UploadView
from models.statuses import (
    DeliveryStatus,
    Desired,
    Intent,
    PostStatus,
    check_delivery_transition,
    check_post_transition,
)
from models.store.posts import history
from models.store.queue import released_seats
from models.store.sql import bulk, write_buffer
from models.store.sql.bulk import chunks
from models.tables import DELIVERY, MEDIA, POST, UPLOAD

# A post that goes to the backlog loses its slot, and belongs to the queue.
BACKLOG_VALUES: dict[str, Any] = {
    "scheduled_for": None,
    "local_at": None,
    "opens_at": None,
    "late_at": None,
    "grace_from": None,
    "is_turned_away": False,
    "desired": Desired.SCHEDULED,
    "publish_mode": "next_slot",
}

# A draft has no date.
NO_DATE: dict[str, Any] = {"scheduled_for": None, "local_at": None, "opens_at": None}

# A change of a post's status withdraws its acknowledgement.
NOT_ACKNOWLEDGED: dict[str, Any] = {"acknowledged_at": None, "acknowledged_by": None}

NO_ROWS: Mapping[Table, Sequence[bulk.Row]] = MappingProxyType({})

# A delivery that may be published, or that the provider may still publish.
POSSIBLY_PUBLISHED = or_(
    DELIVERY.c.status.not_in((DeliveryStatus.PENDING, DeliveryStatus.CREATED)),
    DELIVERY.c.intent.in_((Intent.SCHEDULE, Intent.PUBLISH_NOW)),
    DELIVERY.c.is_stray,
)


def insert_all(
    session: Session,
    posts: Sequence[Post],
    media: Sequence[Media],
    deliveries: Sequence[Delivery],
    others: Mapping[Table, Sequence[bulk.Row]] = NO_ROWS,
) -> None:
    """Insert posts with their media and deliveries, and `others`: rows that refer to them."""
    models: dict[Table, Sequence[SQLModel]] = {POST: posts, MEDIA: media, DELIVERY: deliveries}
    rows = {table: [row.model_dump() for row in found] for table, found in models.items()}
    bulk.insert_tables(session, {**rows, **others})


def begin_upload(session: Session, upload: UploadView) -> UploadView:
    """The upload with its row, which is inserted at the first step on it."""
    if upload.id is not None:
        return upload
    id_ = new_id()
    row = {
        "id": id_,
        "media_id": upload.media.id,
        "connection_id": upload.connection.id,
        "status": upload.status,
        "uploads": upload.uploads,
        "attempts": upload.attempts,
    }
    write_buffer.insert_rows(session, UPLOAD, [row])
    return replace(upload, id=id_)


def update_upload(session: Session, upload: UploadView, **values: object) -> None:
    """Set columns of an upload whose row was inserted."""
    assert upload.id is not None  # noqa: S101  (`begin_upload` comes first)
    write_buffer.update_row(session, UPLOAD, upload.id, values)


def update_delivery(session: Session, delivery: DeliveryView, **values: object) -> None:
    """Set columns of one delivery; IllegalTransition for an illegal change of its status."""
    if "status" in values:
        check_delivery_transition(delivery.status, DeliveryStatus(str(values["status"])))
    write_buffer.update_row(session, DELIVERY, delivery.id, values)


_DELETE_DELIVERY = delete(DELIVERY).where(DELIVERY.c.id == bindparam("delivery_id"))


def delete_delivery(session: Session, delivery_id: str) -> None:
    """Delete a delivery of which nothing is at the provider."""
    write_buffer.execute(session, _DELETE_DELIVERY, {"delivery_id": delivery_id})


def set_status(
    session: Session,
    post_id: str,
    old: PostStatus,
    new: PostStatus,
    now: datetime,
    *,
    step: str,
    reason: str | None = None,
    **values: object,
) -> None:
    """Set a post's status, with a history row; IllegalTransition if the change is illegal."""
    check_post_transition(old, new)
    columns = {"status": new, "reason": reason, "is_history_pruned": False, **NOT_ACKNOWLEDGED}
    write_buffer.update_row(session, POST, post_id, {**columns, **values})
    released_seats.record_status_change(session, post_id, old, new)
    entry = history.HistoryEntry(
        post_id, post_id, step, new, now, error=reason, emits_event=new != old
    )
    history.record(session, entry)


def move_to_backlog(session: Session, post_id: str, old: PostStatus, now: datetime) -> None:
    """Let a post wait for a seat; clears its slot."""
    set_status(session, post_id, old, PostStatus.BACKLOG, now, step="backlog", **BACKLOG_VALUES)


def list_recent(session: Session, organization_id: str) -> list[Post]:
    """The organization's posts, most recent first."""
    query = (
        select_model(Post)
        .where(Post.organization_id == organization_id)
        .order_by(col(Post.accepted_at).desc(), col(Post.id).desc())
    )
    return list(session.exec(query))


def load_parts(
    session: Session, post_ids: list[str]
) -> tuple[dict[str, list[Media]], dict[str, list[Delivery]]]:
    """The media and the deliveries of these posts, by post id, in their order."""
    media: dict[str, list[Media]] = {post_id: [] for post_id in post_ids}
    deliveries: dict[str, list[Delivery]] = {post_id: [] for post_id in post_ids}
    for chunk in chunks(post_ids):
        for row in session.exec(
            select_model(Media).where(col(Media.post_id).in_(chunk)).order_by(col(Media.position))
        ):
            media[row.post_id].append(row)
        for delivery in session.exec(
            select_model(Delivery)
            .where(col(Delivery.post_id).in_(chunk))
            .order_by(col(Delivery.id))
        ):
            deliveries[delivery.post_id].append(delivery)
    return media, deliveries


def find_by_row_keys(
    session: Session, organization_id: str, row_keys: list[str]
) -> dict[str, Post]:
    """The posts of many imported rows, by row key."""
    by_key: dict[str, Post] = {}
    for chunk in chunks(row_keys):
        query = select_model(Post).where(Post.organization_id == organization_id)
        rows = session.exec(query.where(col(Post.row_key).in_(chunk)))
        by_key |= {row.row_key: row for row in rows if row.row_key is not None}
    return by_key


def find_by_ids(session: Session, organization_id: str, ids: list[str]) -> dict[str, Post]:
    """The organization's posts among these ids, by id."""
    by_id: dict[str, Post] = {}
    for chunk in chunks(ids):
        query = select_model(Post).where(Post.organization_id == organization_id)
        rows = session.exec(query.where(col(Post.id).in_(chunk)))
        by_id |= {row.id: row for row in rows}
    return by_id


def find_by_id_prefix(
    session: Session, organization_id: str, prefix: str, limit: int
) -> list[Post]:
    """The organization's posts whose id begins with these hexadecimal digits, newest first."""
    query = (
        select_model(Post)
        # A range uses the index of ids. "g" sorts after every hexadecimal digit.
        .where(Post.organization_id == organization_id, Post.id >= prefix, Post.id < f"{prefix}g")
        .order_by(col(Post.id).desc())
        .limit(limit)
    )
    return list(session.exec(query))


def load_statuses(session: Session, post_ids: list[str]) -> list[tuple[str, str, datetime | None]]:
    """(id, status, slot) of each of these posts, in any order."""
    statuses: list[tuple[str, str, datetime | None]] = []
    for chunk in chunks(post_ids):
        columns = select(POST.c.id, POST.c.status, POST.c.scheduled_for)
        rows = columns.where(POST.c.id.in_(chunk))
        statuses += [(row[0], row[1], row[2]) for row in session.connection().execute(rows)]
    return statuses


def load_progress(
    session: Session, post_id: str
) -> list[tuple[str, datetime | None, str | None, str]]:
    """(post status, slot, reason, delivery status) for each delivery of a post."""
    query = (
        select(POST.c.status, POST.c.scheduled_for, POST.c.reason, DELIVERY.c.status)
        .join(DELIVERY, DELIVERY.c.post_id == POST.c.id)
        .where(POST.c.id == post_id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in session.connection().execute(query)]


def has_any(session: Session, organization_id: str) -> bool:
    """Whether the organization has a post, whatever became of it."""
    query = select(exists().where(POST.c.organization_id == organization_id))
    return session.connection().execute(query).scalar_one()


def get(session: Session, organization_id: str, post_id: str) -> Post | None:
    """A post of the organization; None if it has no such post."""
    return session.exec(
        select_model(Post).where(Post.organization_id == organization_id, Post.id == post_id)
    ).first()
