"""Connects an account of a Bluesky server to an organization, as a person does it, by its rows."""

import json

from sqlmodel import Session

from models.accounts import Connection
from models.database import Database
from models.encryption import Cipher
from models.store import clock
from models.store.posts import account_wakeups
from models.store.tenants import accounts, stored_credentials
from models.store.tenants.accounts import ConnectedProfile
from tests.bluesky.pds_client import BlueskyAccount


def connect_account(
    database: Database,
    cipher: Cipher,
    organization_id: str,
    account: BlueskyAccount,
    address: str,
) -> str:
    """Our id of the account. Connecting it again replaces its app password."""
    fields = {"did": account.did, "appPassword": account.app_password}
    profile = ConnectedProfile(account.did, "bluesky", account.handle, account.handle, "OK")
    with database.write() as session:
        connection = find_connection(session, organization_id, account.did) or Connection(
            provider="bluesky", organization_id=organization_id, address=address
        )
        encrypted = cipher.encrypt(json.dumps(fields))
        stored_credentials.replace_credentials(session, connection, encrypted)
        now = clock.now(session)
        synced = accounts.sync(session, connection.id, [profile], now)
        account_wakeups.wake_posts_of_accounts(session, synced.changed, now)
        return accounts.list_accounts(session, connection.id)[0].id


def find_connection(session: Session, organization_id: str, did: str) -> Connection | None:
    """The organization's connection of this account; None if there is none."""
    for each in accounts.list_of_organization(session, organization_id):
        if each.remote_id == did:
            return session.get_one(Connection, each.connection_id)
    return None
