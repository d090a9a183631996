"""A worker harness whose organization has accounts at the simulator and on a Bluesky server."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from models.accounts import Connection
from models.store.tenants import connections
from tests.bluesky.connected_account import connect_account, find_connection
from tests.bluesky.pds_client import BlueskyAccount, PdsClient
from tests.integration.worker.connections.connected_harness import ConnectedHarness
from tests.integration.worker.worker_harness import WorkerHarness
from tests.service_context import CIPHER


class BlueskyHarness(ConnectedHarness):
    """`server`: what a worker is connected to; `pds`: what the test asks, perhaps past a proxy."""

    def __init__(self, harness: WorkerHarness, pds: PdsClient, server: str = "") -> None:
        self.pds, self.server = pds, server or pds.url
        super().__init__(harness)

    def connect(self, account: BlueskyAccount | None = None) -> BlueskyAccount:
        """A Bluesky account of the organization, a new one unless given."""
        account = account or self.pds.create_account()
        connect_account(
            self.harness.database, CIPHER, self.harness.organization_id, account, self.server
        )
        return account

    def connection_of(self, account: BlueskyAccount) -> Connection:
        """The connection of an account."""
        with self.harness.database.read() as session:
            found = find_connection(session, self.harness.organization_id, account.did)
            assert found is not None, f"{account.handle} is not connected"
            return found

    def block(self, account: BlueskyAccount, until: Callable[[Session], Any]) -> None:
        """Block the account's connection."""
        connection = self.connection_of(account)
        with self.harness.database.write() as session:
            connections.block_connection(session, connection.id, until(session))

    def texts(self, account: BlueskyAccount) -> list[str]:
        """The texts of the account's records, newest key first."""
        return [each["value"]["text"] for each in self.pds.list_records(account.did)]
