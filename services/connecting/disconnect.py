"""Disconnects an account; the credentials of a connection without accounts are deleted."""

from sqlmodel import Session

from models.accounts import Account, Connection
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import account_wakeups
from models.store.tenants import accounts, social_settings, stored_credentials
from models.task_names import JobKind
from services.context import AppContext
from services.errors import NotFound


def disconnect_account(context: AppContext, organization_id: str, account_id: str) -> None:
    """Use an account no more, in this organization alone; harmless to repeat. What is planned for
    it waits. NotFound where the organization has no such account."""
    with context.database.write() as session:
        account, connection = _find_account(session, organization_id, account_id)
        now = clock.now(session)
        is_own = _was_connected_here(context, connection, organization_id)
        if is_own:  # the order of locks in an account sync: the connection's job is the first
            job_queue.ensure_due(session, JobKind.ACCOUNTS, connection.id, organization_id, now)
        social_settings.lock_organization(session, organization_id)
        accounts.disconnect(session, organization_id, account.id, now)
        account_wakeups.wake_posts_of_accounts(session, [account], now, organization_id)
        if is_own and not _has_linked(session, organization_id, connection.id):
            session.refresh(connection)
            stored_credentials.remove_credentials(session, connection)


def _find_account(
    session: Session, organization_id: str, account_id: str
) -> tuple[Account, Connection]:
    for each in accounts.list_with_connections(session, organization_id):
        if each.account.id == account_id:
            return each.account, each.connection
    raise NotFound("there is no such account")


def _was_connected_here(context: AppContext, connection: Connection, organization_id: str) -> bool:
    """Whether a person entered its credentials in a form, and can enter them again. Others are
    removed by `slotbeat credentials remove`: posts may be on the timer of their provider."""
    is_own = connection.organization_id == organization_id
    return is_own and context.connector.has_form(connection.provider)


def _has_linked(session: Session, organization_id: str, connection_id: str) -> bool:
    linked = accounts.list_linked(session, organization_id)
    return any(each.account.connection_id == connection_id for each in linked)
