"""The accounts that an organization's new posts may go to: what accepting posts needs to know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, select
from sqlmodel import Session

from models.store import clock
from models.store.tenants.accounts import is_disconnected
from models.store.tenants.connections import ensure_connection, is_used_by
from models.tables import ACCOUNT, CONNECTION


@dataclass(frozen=True, slots=True)
class PostingAccount:
    """An account that an organization uses; `is_default`: it is the default of its platform.
    `limits`: those of its server, where they are not the network's."""

    id: str
    platform: str
    connection_id: str
    provider: str
    is_default: bool
    limits: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class PostingAccounts:
    """The accounts, and the connection with the environment's provider that posts on platforms
    without an account are meant for; None once its first list of accounts was read. `now`: when
    that was so, by the database's clock."""

    now: datetime
    unread_connection_id: str | None
    accounts: list[PostingAccount]


def load(session: Session, organization_id: str, provider: str) -> PostingAccounts:
    """The accounts and the instant, in one query; `provider`: the environment's. Inserts its
    connection if there is none."""
    rows = _load_rows(session, organization_id)
    if all(row.provider != provider for row in rows):
        ensure_connection(session, organization_id, provider)
        rows = _load_rows(session, organization_id)
    meant = next(row for row in rows if row.provider == provider)
    unread = meant.connection_id if meant.accounts_synced_at is None else None
    return PostingAccounts(clock.to_instant(rows[0].now), unread, _accounts(rows))


def _load_rows(session: Session, organization_id: str) -> Sequence[Row[Any]]:
    connection = session.connection()
    return connection.execute(_query(connection.dialect.name), {"owner": organization_id}).all()


@cache
def _query(dialect: str) -> Select[Any]:
    """A row for each usable account of each connection; one without accounts has a row too. Own
    connections come first."""
    owner: Any = bindparam("owner")
    is_shared = CONNECTION.c.organization_id.is_(None)
    is_usable = and_(
        ACCOUNT.c.connection_id == CONNECTION.c.id, ~ACCOUNT.c.is_gone, ~is_disconnected(owner)
    )
    return (
        select(
            clock.column(dialect).label("now"),
            CONNECTION.c.id.label("connection_id"),
            CONNECTION.c.provider,
            CONNECTION.c.accounts_synced_at,
            is_shared.label("is_shared"),
            ACCOUNT.c.id,
            ACCOUNT.c.platform,
            ACCOUNT.c.is_default,
            ACCOUNT.c.limits,
        )
        .select_from(CONNECTION)
        .outerjoin(ACCOUNT, is_usable)
        .where(is_used_by(owner))
        .order_by(is_shared, CONNECTION.c.id, ACCOUNT.c.id)
    )


def _accounts(rows: Sequence[Row[Any]]) -> list[PostingAccount]:
    """`accounts.list_linked` finds the same defaults."""
    found = sorted((row for row in rows if row.id), key=lambda row: (row.is_shared, row.id))
    defaults: dict[str, str] = {}
    for row in sorted(found, key=lambda row: (row.is_shared, not row.is_default)):
        defaults.setdefault(row.platform, row.id)
    return [
        PostingAccount(
            row.id,
            row.platform,
            row.connection_id,
            row.provider,
            defaults[row.platform] == row.id,
            row.limits,
        )
        for row in found
    ]
