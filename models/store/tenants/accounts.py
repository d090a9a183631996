"""Accounts: sync with the provider's profiles, disconnect, and list those an organization uses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Exists,
    and_,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlmodel import Session, col
from sqlmodel import select as select_model

from models.accounts import Account, Connection, DisconnectedAccount
from models.posts import Delivery
from models.store.sql.upsert import dialect_insert
from models.store.tenants.connections import is_used_by
from models.tables import ACCOUNT, CONNECTION, DISCONNECTED_ACCOUNT

# Status levels of usable accounts; an empty level counts as healthy.
HEALTHY_LEVELS = ("", "OK")


@dataclass(frozen=True, slots=True)
class ConnectedProfile:
    """A profile as the provider reports it; `limits`: of its server, by name."""

    remote_id: str
    platform: str
    name: str
    username: str
    status_level: str
    limits: dict[str, int] | None = None


@dataclass(frozen=True, slots=True)
class LinkedAccount:
    """An account that an organization uses; `is_default`: it is the default of its platform."""

    account: Account
    is_default: bool


def needs_attention(status_level: str) -> bool:
    """Whether a person must fix the account at the provider: any level but OK."""
    return status_level.strip().upper() not in HEALTHY_LEVELS


CONNECTION_REMOVED = "its connection was disconnected; connect the account again"


def describe_problem(
    name: str,
    status_level: str,
    *,
    is_gone: bool,
    is_disconnected: bool,
    has_connection: bool = True,
) -> str | None:
    """Why an account cannot be used; None if it can. `has_connection`: its connection is in use."""
    if not has_connection:
        return f"the account {name} cannot be used: {CONNECTION_REMOVED}"
    if is_disconnected:
        return f"the account {name} is disconnected; connect it again"
    if is_gone:
        return f"the account {name} is gone from the provider; connect it again"
    if status_level == RECONNECT_LEVEL:
        return f"the provider refuses the credentials of the account {name}; connect it again"
    if needs_attention(status_level):
        return f"the account {name} needs attention at the provider (statusLevel {status_level})"
    return None


def problem_of(account: Account) -> str | None:
    """Why an account cannot be used by any organization; None if it can."""
    name = account.name or account.username or account.platform
    return describe_problem(
        name, account.status_level, is_gone=account.is_gone, is_disconnected=False
    )


def is_disconnected(organization_id: ColumnElement[str] | str) -> Exists:
    """The condition that this organization has disconnected an account."""
    condition = exists().where(
        DISCONNECTED_ACCOUNT.c.account_id == ACCOUNT.c.id,
        DISCONNECTED_ACCOUNT.c.organization_id == organization_id,
    )
    # SQLAlchemy correlates with the direct outer query only; this also uses tables further out.
    return condition.correlate_except(DISCONNECTED_ACCOUNT)


def list_accounts(session: Session, connection_id: str) -> list[Account]:
    """All accounts of a connection, including gone ones, by id."""
    query = select_model(Account).where(Account.connection_id == connection_id)
    return list(session.exec(query.order_by(col(Account.id))))


def list_of_post(session: Session, post_id: str) -> list[Account]:
    """The accounts that a post's deliveries go to, as far as they are settled."""
    of_post = select_model(Delivery.account_id).where(Delivery.post_id == post_id)
    return list(session.exec(select_model(Account).where(col(Account.id).in_(of_post))))


def list_of_organization(session: Session, organization_id: str) -> list[Account]:
    """All accounts of the connections that an organization uses, including gone and disconnected
    ones: those of its own connections first, then by id."""
    query = (
        select_model(Account)
        .join(Connection, col(Connection.id) == Account.connection_id)
        .where(is_used_by(organization_id))
        .order_by(col(Connection.organization_id).is_(None), col(Account.id))
    )
    return list(session.exec(query))


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """An account that an organization uses, by its name."""

    connection_id: str
    platform: str
    name: str
    status_level: str


def list_named(session: Session, organization_id: str) -> list[NamedAccount]:
    """The accounts that an organization uses, by network and name."""
    query = (
        select(
            ACCOUNT.c.connection_id,
            ACCOUNT.c.platform,
            ACCOUNT.c.name,
            ACCOUNT.c.username,
            ACCOUNT.c.status_level,
        )
        .join(CONNECTION, CONNECTION.c.id == ACCOUNT.c.connection_id)
        .where(is_used_by(organization_id), ~ACCOUNT.c.is_gone, ~is_disconnected(organization_id))
        .order_by(ACCOUNT.c.platform, ACCOUNT.c.name, ACCOUNT.c.id)
    )
    rows = session.connection().execute(query)
    return [
        NamedAccount(row.connection_id, row.platform, row.name or row.username, row.status_level)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account with its connection, and whether the organization has disconnected it."""

    account: Account
    connection: Connection
    is_disconnected: bool


def list_with_connections(session: Session, organization_id: str) -> list[ListedAccount]:
    """The accounts of the connections that an organization uses, also gone and disconnected ones,
    and those that it disconnected together with its own connection; own ones first, then by id."""
    rows = session.exec(
        select_model(Account, Connection, col(DisconnectedAccount.account_id))
        .join(Connection, col(Connection.id) == Account.connection_id)
        .outerjoin(
            DisconnectedAccount,
            and_(
                col(DisconnectedAccount.account_id) == Account.id,
                col(DisconnectedAccount.organization_id) == organization_id,
            ),
        )
        .where(
            or_(
                is_used_by(organization_id),
                and_(
                    col(Connection.organization_id) == organization_id,
                    col(DisconnectedAccount.account_id).is_not(None),
                ),
            )
        )
        .order_by(col(Connection.organization_id).is_(None), col(Account.id))
    )
    return [ListedAccount(account, owner, bool(mark)) for account, owner, mark in rows]


def list_linked(session: Session, organization_id: str) -> list[LinkedAccount]:
    """The accounts that an organization uses: the provider lists them, and the organization has not
    disconnected them. `delivery_accounts.py` finds the same default of each platform."""
    disconnected = set(
        session.exec(
            select_model(DisconnectedAccount.account_id).where(
                DisconnectedAccount.organization_id == organization_id
            )
        )
    )
    known = list_of_organization(session, organization_id)
    linked = [each for each in known if not each.is_gone and each.id not in disconnected]
    defaults = _defaults(session, linked)
    return [LinkedAccount(account, defaults[account.platform] is account) for account in linked]


def _defaults(session: Session, linked: Sequence[Account]) -> dict[str, Account]:
    """The default of each platform among these accounts."""
    query = select_model(Connection.id).where(col(Connection.organization_id).is_(None))
    ids = {account.connection_id for account in linked}
    shared = set(session.exec(query.where(col(Connection.id).in_(ids)))) if ids else set()
    defaults: dict[str, Account] = {}
    for account in sorted(
        linked, key=lambda each: (each.connection_id in shared, not each.is_default)
    ):
        defaults.setdefault(account.platform, account)
    return defaults


def disconnect(session: Session, organization_id: str, account_id: str, now: datetime) -> None:
    """Disconnect an account for one organization; harmless to repeat."""
    row = {"organization_id": organization_id, "account_id": account_id, "at": now}
    session.connection().execute(
        dialect_insert(session, DISCONNECTED_ACCOUNT).values(row).on_conflict_do_nothing()
    )


def reconnect(session: Session, organization_id: str, accounts: Sequence[Account]) -> None:
    """Connect accounts again that an organization had disconnected."""
    session.connection().execute(
        delete(DISCONNECTED_ACCOUNT).where(
            DISCONNECTED_ACCOUNT.c.organization_id == organization_id,
            DISCONNECTED_ACCOUNT.c.account_id.in_([account.id for account in accounts]),
        )
    )


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The accounts that became usable or unusable in a sync, and among them those that became
    unusable."""

    changed: list[Account]
    newly_unusable: list[Account]


def sync(
    session: Session,
    connection_id: str,
    profiles: Sequence[ConnectedProfile],
    now: datetime,
    *,
    is_complete: bool = True,
) -> SyncResult:
    """Update the accounts from the provider's profiles; the first of a platform is its default.

    `is_complete` False: the provider's list could not be read to its end. Then no account is gone,
    and the connection's accounts do not count as known: a platform may have one that was not read.
    """
    known = {account.remote_id: account for account in list_accounts(session, connection_id)}
    before = {account.id: _is_usable(account) for account in known.values()}
    defaults = {account.platform for account in known.values() if account.is_default}
    for account in known.values() if is_complete else ():
        account.is_gone = True
    for profile in profiles:
        if profile.remote_id not in known:
            known[profile.remote_id] = _new_account(connection_id, profile, defaults)
        account = known[profile.remote_id]
        account.name, account.username = profile.name, profile.username
        account.status_level, account.is_gone = profile.status_level, False
        account.limits = profile.limits
    session.add_all(known.values())
    session.flush()
    _record_sync(session, connection_id, now if is_complete else None)
    changed = [each for each in known.values() if before.get(each.id, False) != _is_usable(each)]
    return SyncResult(changed, [each for each in changed if before.get(each.id)])


# The status level of an account whose connection's credentials the provider refuses.
RECONNECT_LEVEL = "RECONNECT"


def mark_refused(session: Session, connection_id: str) -> list[Account]:
    """Mark the accounts of an organization's own connection, whose credentials are refused, as
    needing attention; returns those that did not before."""
    connection = session.get_one(Connection, connection_id)
    if connection.organization_id is None:
        return []
    known = list_accounts(session, connection_id)
    changed = [each for each in known if _is_usable(each)]
    for account in changed:
        account.status_level = RECONNECT_LEVEL
    session.add_all(changed)
    session.flush()
    return changed


def _is_usable(account: Account) -> bool:
    return not account.is_gone and not needs_attention(account.status_level)


def _new_account(connection_id: str, profile: ConnectedProfile, defaults: set[str]) -> Account:
    """The account of a new profile."""
    is_default = profile.platform not in defaults
    defaults.add(profile.platform)
    return Account(
        connection_id=connection_id,
        remote_id=profile.remote_id,
        platform=profile.platform,
        name=profile.name,
        username=profile.username,
        status_level=profile.status_level,
        is_default=is_default,
    )


def _record_sync(session: Session, connection_id: str, synced_at: datetime | None) -> None:
    values = {"accounts_synced_at": synced_at, "refused_at": None}
    session.connection().execute(
        update(CONNECTION).where(CONNECTION.c.id == connection_id).values(**values)
    )
