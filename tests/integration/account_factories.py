"""Organizations with a connection and accounts of their own."""

from models.accounts import Account
from models.store import clock
from models.store.tenants import accounts, connections, stored_credentials
from models.store.tenants.accounts import ConnectedProfile
from tests.integration.live_server import OrganizationClient


def add_own_connection(organization: OrganizationClient, provider: str = "simulator") -> str:
    """Give an organization a connection of its own; returns the id."""
    with organization.api.database.write() as session:
        return stored_credentials.set_credentials(session, organization.id, provider, "sealed").id


def sync_accounts(
    organization: OrganizationClient, *profiles: tuple[str, str], provider: str = "simulator"
) -> list[Account]:
    """Write the accounts as an account sync does, and return them. `profiles` are the (platform,
    status level) pairs that the provider lists; their positions are their ids."""
    found = [
        ConnectedProfile(str(place), platform, f"Page {place}", f"page{place}", level)
        for place, (platform, level) in enumerate(profiles)
        if level != "GONE"
    ]
    with organization.api.database.write() as session:
        connection = connections.find_connection(session, organization.id, provider)
        assert connection is not None
        accounts.sync(session, connection.id, found, clock.now(session))
        return accounts.list_accounts(session, connection.id)
