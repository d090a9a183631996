"""Organizations with a connection and accounts of their own."""

from models.accounts import Account
from models.database import Database
from models.store import clock
from models.store.tenants import accounts, connections, stored_credentials
from models.store.tenants.accounts import ConnectedProfile
from tests.integration.live_server import OrganizationClient


def add_own_connection(organization: OrganizationClient) -> str:
    """Give an organization a connection of its own; returns the id."""
    with organization.api.database.write() as session:
        return stored_credentials.set_credentials(
            session, organization.id, "simulator", "sealed"
        ).id


def connect_bluesky(database: Database, organization_id: str) -> None:
    """Give an organization a Bluesky account, which is not there."""
    profile = ConnectedProfile("did:plc:alice", "bluesky", "Alice", "alice.test", "OK")
    with database.write() as session:
        connection = stored_credentials.set_credentials(
            session, organization_id, "bluesky", "sealed"
        )
        accounts.sync(session, connection.id, [profile], clock.now(session))


def sync_accounts(organization: OrganizationClient, *profiles: tuple[str, str]) -> list[Account]:
    """Write the accounts as an account sync does, and return them. `profiles` are the (platform,
    status level) pairs that the provider lists; their positions are their ids."""
    found = [
        ConnectedProfile(str(place), platform, f"Page {place}", f"page{place}", level)
        for place, (platform, level) in enumerate(profiles)
        if level != "GONE"
    ]
    with organization.api.database.write() as session:
        connection = connections.find_connection(session, organization.id, "simulator")
        assert connection is not None
        accounts.sync(session, connection.id, found, clock.now(session))
        return accounts.list_accounts(session, connection.id)
