"""Callers' idempotency keys: claimed by the first request, answered to all that repeat it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import Table, delete, update
from sqlalchemy import select as select_columns
from sqlalchemy import tuple_ as pairs
from sqlmodel import Session, SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

from models.requests import IdempotencyKey
from models.store import clock
from models.store.upsert import insert_or

KEY: Table = SQLModel.metadata.tables["idempotency_key"]
# A key means its request for so long.
LIFE = timedelta(hours=24)
# A request without a sign of life for so long is given up for dead, and may run again.
LEASE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The caller runs the request.

    `since` stays the same for every run under this key, also after a process that died; so what a
    run leaves behind can be named after it, and is found by the next.
    """

    since: datetime
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """What the first request was answered."""

    status: int
    sealed: str


class Refused(Enum):
    """Why a request with this key may neither run nor be answered."""

    BUSY = "busy"
    OTHER_REQUEST = "other request"


def claim(
    session: Session, organization_id: str, key: str, fingerprint: str
) -> Claimed | Answered | Refused:
    """Take a key for a request, or say what stands in its way; commit at once."""
    now = clock.now(session)
    fresh = _fresh(fingerprint, now)
    new = insert_or(session, KEY).values(organization_id=organization_id, key=key, **fresh)
    taken = new.on_conflict_do_nothing().returning(KEY.c.key)
    if session.connection().execute(taken).first() is not None:
        return Claimed(now, now + LEASE)
    row = session.exec(_one(organization_id, key).with_for_update()).first()
    if row is None:
        return Refused.BUSY  # forgotten in this very moment: the next try is the first
    if row.created_at <= now - LIFE and row.lease_until <= now:
        row.sqlmodel_update(fresh)
        return Claimed(now, now + LEASE)
    return _again(row, fingerprint, now)


def _fresh(fingerprint: str, now: datetime) -> dict[str, Any]:
    """The columns of a key that was never used, or so long ago that it does not count."""
    unanswered = {"status": None, "answer": None}
    return {"fingerprint": fingerprint, "lease_until": now + LEASE, "created_at": now, **unanswered}


def _again(row: IdempotencyKey, fingerprint: str, now: datetime) -> Claimed | Answered | Refused:
    """What becomes of a request whose key is in use."""
    if row.fingerprint != fingerprint:
        return Refused.OTHER_REQUEST
    if row.status is not None and row.answer is not None:
        return Answered(row.status, row.answer)
    if row.lease_until > now:
        return Refused.BUSY
    row.lease_until = now + LEASE
    return Claimed(row.created_at, row.lease_until)


def renew(session: Session, organization_id: str, key: str, held: Claimed) -> Claimed | None:
    """A sign of life; None where somebody else holds the key by now."""
    until = clock.now(session) + LEASE
    done = _change(session, organization_id, key, held, lease_until=until)
    return Claimed(held.since, until) if done else None


def answer(
    session: Session, organization_id: str, key: str, held: Claimed, answered: Answered
) -> bool:
    """Keep the answer; False where somebody else holds the key by now."""
    values = {"status": answered.status, "answer": answered.sealed}
    return _change(session, organization_id, key, held, **values)


def give_back(session: Session, organization_id: str, key: str, held: Claimed) -> None:
    """Let the same request run again at once. The row stays, and with it `since`."""
    _change(session, organization_id, key, held, lease_until=clock.now(session))


def prune(session: Session, before: datetime, limit: int) -> int:
    """Forget at most `limit` keys that were last in use before an instant; how many it were."""
    old = (
        select_columns(KEY.c.organization_id, KEY.c.key)
        .where(KEY.c.created_at < before, KEY.c.lease_until < before)
        .limit(limit)
    )
    gone = delete(KEY).where(pairs(KEY.c.organization_id, KEY.c.key).in_(old))
    return session.connection().execute(gone).rowcount


def _one(organization_id: str, key: str) -> SelectOfScalar[IdempotencyKey]:
    return select(IdempotencyKey).where(
        IdempotencyKey.organization_id == organization_id, IdempotencyKey.key == key
    )


def _change(
    session: Session, organization_id: str, key: str, held: Claimed, **values: object
) -> bool:
    mine = (
        update(KEY)
        .where(KEY.c.organization_id == organization_id, KEY.c.key == key)
        .where(KEY.c.lease_until == held.lease_until, KEY.c.status.is_(None))
        .values(**values)
    )
    return bool(session.connection().execute(mine).rowcount)
