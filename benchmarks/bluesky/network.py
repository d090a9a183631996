"""Slotbeat as real processes with its default settings, and accounts at a real Bluesky server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from models.database import Database
from models.encryption import Cipher
from tests.acceptance.stack import ApiClient, Stack
from tests.bluesky.connected_account import connect_account
from tests.bluesky.pds_client import BlueskyAccount
from tests.extra.bluesky_server import BlueskyPds
from tests.servers import Postgres, Redis

ACCOUNTS: Final = 10
ROLES: Final = ("web", "beat", "worker")
SECRET: Final = "a secret for tests"  # noqa: S105  (the one of Stack)
# Empty: the default, where the tests have shorter times.
DEFAULTS: Final = dict.fromkeys(("TICK", "POLL_INTERVAL", "CLAIM_TTL", "LEAD_TIME"), "")


@dataclass(frozen=True, slots=True)
class Network:
    """`accounts` of one organization at `pds`, by our ids."""

    api: ApiClient
    pds: BlueskyPds
    accounts: dict[str, BlueskyAccount]

    def schedule(self, account_id: str, text: str, at: datetime) -> None:
        """Accept a post for this instant."""
        self.api.publish(
            postType="text",
            caption=text,
            accountIds=[account_id],
            publishMode="schedule",
            scheduledAt=at.isoformat(),
        )


@contextmanager
def run_network(folder: Path) -> Iterator[Network]:
    """Run it; both have a database of their own."""
    data = folder / "pds"
    data.mkdir()
    with (
        Postgres() as postgres,
        Redis() as redis,
        BlueskyPds(data) as pds,
        Stack(
            folder, postgres.create_database(), redis.url, 0, roles=ROLES,
            settings={**DEFAULTS, "ALLOW_PRIVATE_HOSTS": "1"},
        ) as stack,
    ):  # fmt: skip
        made = stack.command("org", "create", "Bluesky")
        api = ApiClient(stack.client, stack.origin, made["apiKey"])
        yield Network(api, pds, _connect(stack, pds, made["id"]))


def _connect(stack: Stack, pds: BlueskyPds, organization_id: str) -> dict[str, BlueskyAccount]:
    database, found = Database(stack.database_url), dict[str, BlueskyAccount]()
    for _ in range(ACCOUNTS):
        account = pds.create_account()
        id_ = connect_account(database, Cipher(SECRET), organization_id, account, pds.url)
        found[id_] = account
    database.close()
    return found
