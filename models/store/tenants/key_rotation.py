"""Rotation of SECRET_KEY: encrypt every stored secret again with the newest key, in batches.

Rows that have the newest key already do not change. So a run that was killed is simply run again;
no progress is stored.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Row, Select, and_, bindparam, select, update
from sqlmodel import Session

from models.database import Database
from models.encryption import Cipher, WrongSecretKey
from models.tables import CONNECTION, MEDIA, POST, WEBHOOK_ENDPOINT

BATCH_SIZE = 500


@dataclass(slots=True)
class RotationReport:
    """The number of secrets that were encrypted again, had the newest key already, or could not be
    decrypted by any key; and of video keys that were computed again."""

    reencrypted: int = 0
    current: int = 0
    unreadable: int = 0
    video_keys: int = 0


ReencryptBatch = Callable[[Sequence[Row[Any]], Cipher, RotationReport], dict[str, str]]


def reencrypt_all(
    database: Database, cipher: Cipher, on_batch: Callable[[], None] = lambda: None
) -> RotationReport:
    """Encrypt all rows with the cipher's newest key; calls `on_batch` after each commit."""
    report = RotationReport()
    # Video keys are hashes of links, which the cipher can decrypt before and after rotation.
    columns: list[tuple[Column[Any], ReencryptBatch]] = [
        (POST.c.video_key, _rehash_video_keys),
        (CONNECTION.c.credentials, _reencrypt_tokens),
        (CONNECTION.c.session, _reencrypt_tokens),
        (MEDIA.c.source_url, _reencrypt_tokens),
        (WEBHOOK_ENDPOINT.c.url, _reencrypt_tokens),
        (WEBHOOK_ENDPOINT.c.secret, _reencrypt_tokens),
        (WEBHOOK_ENDPOINT.c.previous_secret, _reencrypt_tokens),
    ]
    for column, reencrypt in columns:
        after: str | None = ""
        while after is not None:
            with database.write() as session:
                rows = session.connection().execute(_batch(column, after)).all()
                _write(session, column, reencrypt(rows, cipher, report))
            after = rows[-1].id if rows else None
            on_batch()
    return report


def newest_secrets(session: Session) -> list[str]:
    """The newest stored secret of each kind, as samples: can the current key decrypt them?"""
    columns = (CONNECTION.c.credentials, MEDIA.c.source_url, WEBHOOK_ENDPOINT.c.secret)
    queries = (
        select(column).where(column.is_not(None)).order_by(column.table.c.id.desc()).limit(1)
        for column in columns
    )
    tokens = (session.connection().execute(query).scalar_one_or_none() for query in queries)
    return [token for token in tokens if token is not None]


def _batch(column: Column[Any], after: str) -> Select[Any]:
    """`id` and `value` of the next rows; for posts also the source of their video key."""
    table = column.table
    query = select(table.c.id, column.label("value"))
    if table is POST:
        first = and_(MEDIA.c.post_id == POST.c.id, MEDIA.c.position == 0, MEDIA.c.thread_part == 0)
        query = query.add_columns(POST.c.source_video_id, MEDIA.c.source_url)
        query = query.join(MEDIA, first, isouter=True)
    return (
        query.where(table.c.id > after, column.is_not(None)).order_by(table.c.id).limit(BATCH_SIZE)
    )


def _write(session: Session, column: Column[Any], values: dict[str, str]) -> None:
    if values:
        statement = update(column.table).where(column.table.c.id == bindparam("row"))
        rows = [{"row": id_, "value": value} for id_, value in values.items()]
        session.connection().execute(statement.values({column: bindparam("value")}), rows)


def _reencrypt_tokens(
    rows: Sequence[Row[Any]], cipher: Cipher, report: RotationReport
) -> dict[str, str]:
    """The new tokens of rows that need one, by row id."""
    renewed: dict[str, str] = {}
    unreadable = 0
    for row in rows:
        try:
            token = cipher.reencrypt(row.value)
        except WrongSecretKey:
            unreadable += 1
            continue
        if token != row.value:
            renewed[row.id] = token
    report.reencrypted += len(renewed)
    report.unreadable += unreadable
    report.current += len(rows) - len(renewed) - unreadable
    return renewed


def _rehash_video_keys(
    rows: Sequence[Row[Any]], cipher: Cipher, report: RotationReport
) -> dict[str, str]:
    """The new video keys of posts whose key has changed, by post id."""
    renewed = {}
    for row in rows:
        try:
            text = row.source_video_id or cipher.decrypt(row.source_url or "")
        except WrongSecretKey:  # the link itself is counted as unreadable
            continue
        if (video_key := cipher.keyed_hash(text)) != row.value:
            renewed[row.id] = video_key
    report.video_keys += len(renewed)
    return renewed
