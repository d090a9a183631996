"""Idempotency keys: the first request claims its key; repeated requests get its response."""

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

# After this time a key may be used for another request.
KEY_LIFETIME = timedelta(hours=24)
# A request that does not renew its lease in this time counts as dead, and may run again.
LEASE_DURATION = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class RequestLease:
    """The caller runs the request.

    `since` is the same for every run under this key, also after a process died. A run can derive
    row keys from it, by which the next run finds what the dead one left.
    """

    since: datetime
    lease_until: datetime

    @property
    def is_new(self) -> bool:
        """Whether this is the first run under the key."""
        return self.lease_until - self.since == LEASE_DURATION


@dataclass(frozen=True, slots=True)
class EncryptedResponse:
    """The response of the first request, encrypted."""

    status: int
    encrypted: str


class KeyConflict(Enum):
    """Why a request with this key can neither run nor get a stored response."""

    BUSY = "busy"
    OTHER_REQUEST = "other request"


def claim(
    session: Session, organization_id: str, key: str, fingerprint: str
) -> RequestLease | EncryptedResponse | KeyConflict:
    """Claim a key for a request, or return why not; the caller commits at once."""
    now = clock.now(session)
    unanswered = _unanswered_columns(fingerprint, now)
    new = dialect_insert(session, IDEMPOTENCY_KEY).values(
        organization_id=organization_id, key=key, **unanswered
    )
    insert_new = new.on_conflict_do_nothing().returning(IDEMPOTENCY_KEY.c.key)
    if session.connection().execute(insert_new).first() is not None:
        return RequestLease(now, now + LEASE_DURATION)
    row = session.exec(_select_key(organization_id, key).with_for_update()).first()
    if row is None:
        return KeyConflict.BUSY  # pruned at this moment: the next try will be the first
    if row.created_at <= now - KEY_LIFETIME and row.lease_until <= now:
        row.sqlmodel_update(unanswered)
        return RequestLease(now, now + LEASE_DURATION)
    return _claim_existing(row, fingerprint, now)


def _unanswered_columns(fingerprint: str, now: datetime) -> dict[str, Any]:
    """The columns of a key that is new or has expired."""
    return {
        "fingerprint": fingerprint,
        "lease_until": now + LEASE_DURATION,
        "created_at": now,
        "status": None,
        "answer": None,
    }


def _claim_existing(
    row: IdempotencyKey, fingerprint: str, now: datetime
) -> RequestLease | EncryptedResponse | KeyConflict:
    """The result for a request whose key is in use."""
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
    """Extend a lease; None if another process has taken the key."""
    until = clock.now(session) + LEASE_DURATION
    is_ours = _update_leased(session, organization_id, key, lease, lease_until=until)
    return RequestLease(lease.since, until) if is_ours else None


def store_response(
    session: Session,
    organization_id: str,
    key: str,
    lease: RequestLease,
    response: EncryptedResponse,
) -> bool:
    """Store the response; False if another process has taken the key."""
    values = {"status": response.status, "answer": response.encrypted}
    return _update_leased(session, organization_id, key, lease, **values)


def release(session: Session, organization_id: str, key: str, lease: RequestLease) -> None:
    """End a lease, so that the same request can run again at once. The row stays, with `since`."""
    _update_leased(session, organization_id, key, lease, lease_until=clock.now(session))


def prune(session: Session, before: datetime, limit: int) -> int:
    """Delete at most `limit` keys that were last used before `before`; returns how many."""
    old = (
        select_columns(IDEMPOTENCY_KEY.c.organization_id, IDEMPOTENCY_KEY.c.key)
        .where(IDEMPOTENCY_KEY.c.created_at < before, IDEMPOTENCY_KEY.c.lease_until < before)
        .limit(limit)
    )
    statement = delete(IDEMPOTENCY_KEY).where(
        pairs(IDEMPOTENCY_KEY.c.organization_id, IDEMPOTENCY_KEY.c.key).in_(old)
    )
    return session.connection().execute(statement).rowcount


def _select_key(organization_id: str, key: str) -> SelectOfScalar[IdempotencyKey]:
    return select(IdempotencyKey).where(
        IdempotencyKey.organization_id == organization_id, IdempotencyKey.key == key
    )


def _update_leased(
    session: Session, organization_id: str, key: str, lease: RequestLease, **values: object
) -> bool:
    statement = (
        update(IDEMPOTENCY_KEY)
        .where(IDEMPOTENCY_KEY.c.organization_id == organization_id, IDEMPOTENCY_KEY.c.key == key)
        .where(
            IDEMPOTENCY_KEY.c.lease_until == lease.lease_until, IDEMPOTENCY_KEY.c.status.is_(None)
        )
        .values(**values)
    )
    return bool(session.connection().execute(statement).rowcount)
