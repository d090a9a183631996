"""A worker harness whose job runners know every provider of the registry."""

from dataclasses import replace
from typing import Any

import httpx

from provider.aiohttp_client import AiohttpClient
from provider.pinned_client import client_factory
from provider.registry import CAPABILITIES, PROVIDERS
from tests.integration.worker.worker_harness import FAST_POLICY, WorkerHarness
from tests.service_context import CIPHER
from worker.context import WorkerContext
from worker.media_fetch import Fetcher
from worker.provider_cache import Environment, ProviderCache
from worker.provider_limits.limiter_registry import LimiterRegistry
from worker.provider_limits.worker_share import ProviderLimits
from worker.runner import JobRunner

TIMEOUT = httpx.Timeout(5)


class ConnectedHarness:
    """The environment's connection is that of the simulator; others may stand beside it."""

    def __init__(self, harness: WorkerHarness) -> None:
        self.harness = harness
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
