"""A worker harness whose organization has accounts at the simulator and on a Bluesky server."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
from sqlmodel import Session

from models.accounts import Connection
from models.store.tenants import connections
from provider.aiohttp_client import AiohttpClient
from provider.pinned_client import client_factory
from provider.registry import CAPABILITIES, PROVIDERS
from tests.bluesky.connected_account import connect_account, find_connection
from tests.bluesky.pds_client import BlueskyAccount, PdsClient
from tests.integration.worker.worker_harness import FAST_POLICY, WorkerHarness
from tests.service_context import CIPHER
from worker.context import WorkerContext
from worker.media_fetch import Fetcher
from worker.provider_cache import Environment, ProviderCache
from worker.provider_limits.limiter_registry import LimiterRegistry
from worker.provider_limits.worker_share import ProviderLimits
from worker.runner import JobRunner

TIMEOUT = httpx.Timeout(5)


class BlueskyHarness:
    """`server`: what a worker is connected to; `pds`: what the test asks, perhaps past a proxy."""

    def __init__(self, harness: WorkerHarness, pds: PdsClient, server: str = "") -> None:
        self.harness, self.pds, self.server = harness, pds, server or pds.url
        harness.stop_runner(harness.runners[-1])
        self.start_runner()

    def start_runner(self, **policy: Any) -> JobRunner:  # noqa: ANN401
        """A job runner with every provider of the registry, and with its limits; its policy differs
        from FAST_POLICY in this."""
        harness = self.harness
        client = AiohttpClient(TIMEOUT)
        environment = Environment(
            "simulator", harness.simulator.base_url, {"apiId": "app", "primary": "key"}
        )
        providers = ProviderCache(
            harness.database,
            CIPHER,
            environment,
            PROVIDERS,
            client,
            client_factory(TIMEOUT, allow_private=True),
        )
        name = f"worker-{len(harness.runners)}"
        limiters = LimiterRegistry(harness.database, name, ProviderLimits())
        context = WorkerContext(
            database=harness.database,
            provider_for=lambda each, owner: limiters.limit(providers.get(each), each.id, owner),
            fetcher=Fetcher(client, CIPHER, allow_private=True, storage=harness.storage),
            webhooks=harness.make_webhook_context(),
            policy=replace(
                FAST_POLICY,
                capabilities={**CAPABILITIES, **FAST_POLICY.capabilities},
                **policy,
            ),
            threads=harness.runners[0].context.threads,
            close_providers=providers.close,
        )
        runner = JobRunner(context, name)
        harness.runners.append(runner)
        return runner

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
