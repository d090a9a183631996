"""Connections (sets of credentials at a provider): which ones an organization uses; block one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, FromClause, alias, and_, exists, func, or_, update
from sqlmodel import Session, col, select

from models.accounts import Account, Connection
from models.organizations import SocialSettings
from models.snapshot import ConnectionView
from models.store import clock
from models.store.jobs import job_queue
from models.tables import CONNECTION
from models.task_names import JobKind


def is_used_by(
    organization_id: ColumnElement[str] | str, connection: FromClause = CONNECTION
) -> ColumnElement[bool]:
    """The condition that an organization's new posts may go through a connection: its own ones, and
    the environment's unless it has one of the same provider."""
    own = alias(CONNECTION)
    has_own = (
        exists()
        .where(
            own.c.organization_id == organization_id,
            own.c.provider == connection.c.provider,
            own.c.disconnected_at.is_(None),
        )
        .correlate_except(own)
    )
    return and_(
        connection.c.disconnected_at.is_(None),
        or_(
            connection.c.organization_id == organization_id,
            and_(connection.c.organization_id.is_(None), ~has_own),
        ),
    )


def all_synced(organization_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that the accounts of all connections that an organization uses are known."""
    used, unread = alias(CONNECTION), alias(CONNECTION)
    return and_(
        exists().where(is_used_by(organization_id, used)).correlate_except(used),
        ~exists()
        .where(is_used_by(organization_id, unread), unread.c.accounts_synced_at.is_(None))
        .correlate_except(unread),
    )


def list_used(session: Session, organization_id: str) -> list[Connection]:
    """The connections that the organization uses: its own first, the environment's last."""
    query = select(Connection).where(is_used_by(organization_id))
    own_first = col(Connection.organization_id).is_(None)
    return list(session.exec(query.order_by(own_first, col(Connection.id))))


def find_connection(session: Session, organization_id: str, provider: str) -> Connection | None:
    """The connection with a provider that the organization uses, if there is one."""
    used = list_used(session, organization_id)
    return next((each for each in used if each.provider == provider), None)


def owner_of(session: Session, connection_id: str) -> str:
    """The organization that a connection belongs to; empty for the environment's."""
    query = select(Connection.organization_id).where(Connection.id == connection_id)
    return session.exec(query).first() or ""


def ensure_connection(session: Session, organization_id: str, provider: str) -> Connection:
    """The connection that `find_connection` finds; inserts the environment's if there is none."""
    found = find_connection(session, organization_id, provider)
    return found or _use_environment(session, provider)


def _use_environment(session: Session, provider: str) -> Connection:
    """The environment's connection with this provider; those with others are used no more."""
    shared = select(Connection).where(col(Connection.organization_id).is_(None))
    found = session.exec(shared.where(Connection.provider == provider)).first()
    now = clock.now(session)
    current = found or Connection(provider=provider)
    for each in session.exec(shared.where(Connection.provider != provider)):
        each.disconnected_at = each.disconnected_at or now
    current.disconnected_at = None
    session.add(current)
    session.flush()
    job_queue.ensure_due(session, JobKind.ACCOUNTS, current.id, "", now)
    return current


def find_own_of(
    session: Session, organization_id: str, provider: str, remote_ids: Collection[str]
) -> Connection | None:
    """The organization's own connection with one of these accounts, as the database has it now,
    even if its credentials were removed."""
    of_account = select(Account.connection_id).where(col(Account.remote_id).in_(remote_ids))
    query = (
        select(Connection)
        .where(Connection.organization_id == organization_id, Connection.provider == provider)
        .where(col(Connection.id).in_(of_account))
        .order_by(col(Connection.disconnected_at).is_not(None), col(Connection.id))
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def count_own(session: Session, organization_id: str) -> int:
    """The number of the organization's own connections with credentials."""
    query = select(func.count()).where(
        Connection.organization_id == organization_id, col(Connection.credentials).is_not(None)
    )
    return session.exec(query).one()


def default_provider(session: Session, organization_id: str) -> str:
    """The provider of a post on a network where the organization has no account yet: the
    environment's, else its own; "" without any."""
    used = list_used(session, organization_id)
    return used[-1].provider if used else ""


def block_connection(session: Session, connection_id: str, until: datetime) -> None:
    """Block calls of all workers with this connection until `until`; a later block stays."""
    is_earlier = CONNECTION.c.blocked_until.is_(None) | (CONNECTION.c.blocked_until < until)
    session.connection().execute(
        update(CONNECTION)
        .where(CONNECTION.c.id == connection_id, is_earlier)
        .values(blocked_until=until)
    )


def view(session: Session, connection_id: str) -> ConnectionView:
    """What a worker needs to know of a connection."""
    row = session.get_one(Connection, connection_id)
    return ConnectionView(row.id, row.provider, row.address, row.blocked_until)


def exists_connection(session: Session, connection_id: str) -> bool:
    """Whether there is such a connection."""
    return session.get(Connection, connection_id) is not None


def is_suspended(session: Session, connection_id: str) -> bool:
    """Whether it is the own connection of an organization that the operator has switched off."""
    query = (
        select(Connection.id)
        .join(SocialSettings, col(SocialSettings.organization_id) == Connection.organization_id)
        .where(Connection.id == connection_id, col(SocialSettings.suspended_at).is_not(None))
    )
    return session.exec(query).first() is not None


def own_ids(session: Session, organization_id: str) -> list[str]:
    """The ids of the organization's own connections that are in use."""
    query = select(Connection.id).where(
        Connection.organization_id == organization_id, col(Connection.disconnected_at).is_(None)
    )
    return list(session.exec(query.order_by(Connection.id)))


def record_refusal(session: Session, connection_id: str, now: datetime) -> None:
    """Record that the provider rejects the credentials; the first instant stays."""
    session.connection().execute(
        update(CONNECTION)
        .where(CONNECTION.c.id == connection_id, CONNECTION.c.refused_at.is_(None))
        .values(refused_at=now)
    )


def list_connections(session: Session) -> list[Connection]:
    """All connections, the oldest first."""
    return list(session.exec(select(Connection).order_by(col(Connection.id))))
