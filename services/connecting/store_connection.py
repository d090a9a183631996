"""The transaction that writes a connection which the provider accepted, with its accounts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import Session

from models.accounts import Account, Connection
from models.encryption import Cipher
from models.store import clock
from models.store.jobs import job_queue
from models.store.posts import account_wakeups
from models.store.tenants import accounts, connections, social_settings, stored_credentials
from models.store.tenants.accounts import ConnectedProfile, LinkedAccount
from models.store.webhooks import outbox
from models.task_names import JobKind
from provider.connect_form import NewConnection
from services.errors import Conflict

# Each connection has a job that reads its accounts again and again.
MAX_CONNECTIONS: Final = 200


class ConnectedMeanwhile(Exception):
    """Another transaction has connected the account: begin again."""


@dataclass(frozen=True, slots=True)
class ConnectedAccounts:
    """The connection, and the accounts that were connected."""

    connection_id: str
    links: list[LinkedAccount]


def store_connection(
    session: Session, cipher: Cipher, organization_id: str, provider: str, found: NewConnection
) -> ConnectedAccounts:
    """Write the connection, its credentials and accounts; wake the posts that waited for them.

    Conflict where the organization has too many connections.
    """
    now = clock.now(session)
    connection = _lock_connection(session, organization_id, provider, found, now)
    stored_credentials.replace_credentials(
        session, connection, cipher.encrypt(json.dumps(found.credentials))
    )
    connection.address, connection.blocked_until = found.address, None
    connection.session = cipher.encrypt(found.session) if found.session else None
    session.flush()
    connected = _write_accounts(session, organization_id, connection.id, found, now)
    ids = {account.id for account in connected}
    linked = accounts.list_linked(session, organization_id)
    return ConnectedAccounts(connection.id, [each for each in linked if each.account.id in ids])


def _lock_connection(
    session: Session, organization_id: str, provider: str, found: NewConnection, now: datetime
) -> Connection:
    """The connection to write: the one that has these accounts, else a new one.

    Locks in the order of an account sync: the connection's job before the settings.
    """
    remote_ids = [profile.id for profile in found.profiles]
    known = connections.find_own_of(session, organization_id, provider, remote_ids)
    if known is not None:
        job_queue.ensure_due(session, JobKind.ACCOUNTS, known.id, organization_id, now)
    social_settings.lock_organization(session, organization_id)
    current = connections.find_own_of(session, organization_id, provider, remote_ids)
    if (current and current.id) != (known and known.id):
        raise ConnectedMeanwhile
    return current or _new_connection(session, organization_id, provider)


def _new_connection(session: Session, organization_id: str, provider: str) -> Connection:
    if connections.count_own(session, organization_id) >= MAX_CONNECTIONS:
        raise Conflict(
            f"the organization has {MAX_CONNECTIONS} connections, which is the most; disconnect "
            "an account first"
        )
    return Connection(provider=provider, organization_id=organization_id)


def _write_accounts(
    session: Session,
    organization_id: str,
    connection_id: str,
    found: NewConnection,
    now: datetime,
) -> Sequence[Account]:
    """Write the accounts, connect again what was disconnected, and wake the posts."""
    profiles = [
        ConnectedProfile(
            each.id,
            each.platform,
            each.name,
            each.username,
            each.status_level,
            each.limits_by_name(),
        )
        for each in found.profiles
    ]
    synced = accounts.sync(session, connection_id, profiles, now)
    remote_ids = {each.remote_id for each in profiles}
    known = accounts.list_accounts(session, connection_id)
    connected = [account for account in known if account.remote_id in remote_ids]
    accounts.reconnect(session, organization_id, connected)
    account_wakeups.wake_posts_of_accounts(session, connected, now, organization_id)
    account_wakeups.wake_held_posts(session, connection_id, now)
    for account in synced.newly_unusable:
        outbox.enqueue_account_needs_attention(
            session, account.id, now, accounts.problem_of(account)
        )
    return connected
