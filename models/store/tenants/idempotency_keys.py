"""Callers' idempotency keys: claimed by the first request, answered to all that repeat it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy import select as select_columns
from sqlalchemy import tuple_ as pairs
from sqlmodel import Session, select
from sqlmodel.sql.expression import SelectOfScalar

from models.idempotency_keys import IdempotencyKey
from models.store import clock
from models.store.sql.upsert import dialect_insert
from models.tables import IDEMPOTENCY_KEY

# A key means its request for so long.
KEY_LIFETIME = timedelta(hours=24)
# A request without a sign of life for so long is given up for dead, and may run again.
LEASE_DURATION = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class RequestLease:
    """The caller runs the request.

    `since` stays the same for every run under this key, also after a process that died; so what a
    run leaves behind can be named after it, and is found by the next.
    """

    since: datetime
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class EncryptedResponse:
    """What the first request was answered."""

    status: int
    encrypted: str


class KeyConflict(Enum):
    """Why a request with this key may neither run nor be answered."""

    BUSY = "busy"
    OTHER_REQUEST = "other request"


def claim(
    session: Session, organization_id: str, key: str, fingerprint: str
) -> RequestLease | EncryptedResponse | KeyConflict:
    """Take a key for a request, or say what stands in its way; commit at once."""
    now = clock.now(session)
    fresh = _unanswered_columns(fingerprint, now)
    new = dialect_insert(session, IDEMPOTENCY_KEY).values(
        organization_id=organization_id, key=key, **fresh
    )
    taken = new.on_conflict_do_nothing().returning(IDEMPOTENCY_KEY.c.key)
    if session.connection().execute(taken).first() is not None:
        return RequestLease(now, now + LEASE_DURATION)
    row = session.exec(_select_key(organization_id, key).with_for_update()).first()
    if row is None:
        return KeyConflict.BUSY  # forgotten in this very moment: the next try is the first
    if row.created_at <= now - KEY_LIFETIME and row.lease_until <= now:
        row.sqlmodel_update(fresh)
        return RequestLease(now, now + LEASE_DURATION)
    return _claim_existing(row, fingerprint, now)


def _unanswered_columns(fingerprint: str, now: datetime) -> dict[str, Any]:
    """The columns of a key that was never used, or so long ago that it does not count."""
    unanswered = {"status": None, "answer": None}
    return {
        "fingerprint": fingerprint,
        "lease_until": now + LEASE_DURATION,
        "created_at": now,
        **unanswered,
    }


def _claim_existing(
    row: IdempotencyKey, fingerprint: str, now: datetime
) -> RequestLease | EncryptedResponse | KeyConflict:
    """What becomes of a request whose key is in use."""
    if row.fingerprint != fingerprint:
        return KeyConflict.OTHER_REQUEST
    if row.status is not None and row.answer is not None:
        return EncryptedResponse(row.status, row.answer)
    if row.lease_until > now:
        return KeyConflict.BUSY
    row.lease_until = now + LEASE_DURATION
    return RequestLease(row.created_at, row.lease_until)


def renew(
    session: Session, organization_id: str, key: str, lease: RequestLease
) -> RequestLease | None:
    """A sign of life; None where somebody else holds the key by now."""
    until = clock.now(session) + LEASE_DURATION
    done = _update_leased(session, organization_id, key, lease, lease_until=until)
    return RequestLease(lease.since, until) if done else None


def store_response(
    session: Session,
    organization_id: str,
    key: str,
    lease: RequestLease,
    response: EncryptedResponse,
) -> bool:
    """Keep the answer; False where somebody else holds the key by now."""
    values = {"status": response.status, "answer": response.encrypted}
    return _update_leased(session, organization_id, key, lease, **values)


def release(session: Session, organization_id: str, key: str, lease: RequestLease) -> None:
    """Let the same request run again at once. The row stays, and with it `since`."""
    _update_leased(session, organization_id, key, lease, lease_until=clock.now(session))


def prune(session: Session, before: datetime, limit: int) -> int:
    """Forget at most `limit` keys that were last in use before an instant; how many it were."""
    old = (
        select_columns(IDEMPOTENCY_KEY.c.organization_id, IDEMPOTENCY_KEY.c.key)
        .where(IDEMPOTENCY_KEY.c.created_at < before, IDEMPOTENCY_KEY.c.lease_until < before)
        .limit(limit)
    )
    gone = delete(IDEMPOTENCY_KEY).where(
        pairs(IDEMPOTENCY_KEY.c.organization_id, IDEMPOTENCY_KEY.c.key).in_(old)
    )
    return session.connection().execute(gone).rowcount


def _select_key(organization_id: str, key: str) -> SelectOfScalar[IdempotencyKey]:
    return select(IdempotencyKey).where(
        IdempotencyKey.organization_id == organization_id, IdempotencyKey.key == key
    )


def _update_leased(
    session: Session, organization_id: str, key: str, lease: RequestLease, **values: object
) -> bool:
    mine = (
        update(IDEMPOTENCY_KEY)
        .where(IDEMPOTENCY_KEY.c.organization_id == organization_id, IDEMPOTENCY_KEY.c.key == key)
        .where(
            IDEMPOTENCY_KEY.c.lease_until == lease.lease_until, IDEMPOTENCY_KEY.c.status.is_(None)
        )
        .values(**values)
    )
    return bool(session.connection().execute(mine).rowcount)
