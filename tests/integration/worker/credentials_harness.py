"""A worker harness whose job runner reads credentials from the database."""

from concurrent.futures import Executor

import httpx

from models.accounts import Connection
from models.posts import Post
from models.store.tenants import organizations, stored_credentials
from models.store.tenants.stored_credentials import ProviderCredentials
from provider.registry import PROVIDERS
from services.inputs.post_bodies import PublishBody
from services.posts.publish import accept_post
from tests.integration.worker.worker_harness import FAST_POLICY, WorkerHarness
from tests.service_context import CIPHER, build_test_context
from worker.context import WorkerContext
from worker.media_fetch import Fetcher
from worker.provider_cache import Environment, ProviderCache
from worker.runner import JobRunner
from worker.webhooks import WebhookContext
from worker.webhooks.webhook_client import WebhookClient

SHARED_KEY = "environment-key"


class CredentialsHarness:
    """A worker harness whose job runner reads credentials from the database, with organizations."""

    def __init__(self, harness: WorkerHarness, threads: Executor) -> None:
        self.harness = harness
        client = httpx.AsyncClient(timeout=1)

        environment = Environment(
            "simulator", harness.simulator.base_url, {"apiId": "app", "primary": SHARED_KEY}
        )
        self.providers = ProviderCache(
            harness.database, CIPHER, environment, PROVIDERS, client, lambda **_: client
        )
        context = WorkerContext(
            database=harness.database,
            provider_for=lambda connection, _: self.providers.get(connection),
            fetcher=Fetcher(client, CIPHER, allow_private=True),
            webhooks=WebhookContext(WebhookClient(CIPHER, allow_private=True)),
            policy=FAST_POLICY,
            threads=threads,
        )
        harness.runners.append(JobRunner(context, "office"))

    def create_organization(self, *keys: str) -> str:
        """A new organization, with these keys of its own if any; returns its id."""
        with self.harness.database.write() as session:
            id_ = organizations.create(session, "Acme", "simulator")[0].id
        if keys:
            self.set_keys(id_, *keys)
        return id_

    def set_keys(self, organization_id: str, *keys: str) -> None:
        """Set an organization's keys."""
        sealed = ProviderCredentials("app", keys[0], keys[1] if keys[1:] else None).encrypt(CIPHER)
        with self.harness.database.write() as session:
            stored_credentials.set_credentials(session, organization_id, "simulator", sealed)

    def accept(self, organization_id: str) -> Post:
        """Accept a text for x, to publish now."""
        body = PublishBody(
            postType="text", caption="Hi", platforms=["x"], publishMode="publish_now"
        )
        context = build_test_context(self.harness.database, FAST_POLICY.scheduling)
        with self.harness.database.write() as session:
            return accept_post(session, context, organization_id, body).post

    def connection(self, organization_id: str) -> Connection:
        """The organization's own connection."""
        with self.harness.database.read() as session:
            found = stored_credentials.find_own_connection(session, organization_id, "simulator")
        assert found is not None
        return found

    def posts_visible_to(self, key: str) -> set[str]:
        """The ids of the posts that a key can read at the provider."""
        url = f"{self.harness.simulator.base_url}/posts"
        answer = self.harness.http.get(url, headers={"X-API-ID": "app", "X-API-KEY": key})
        return {post["id"] for post in answer.json()["data"]}

    def revoke(self, key: str) -> None:
        """The provider refuses this key from now on."""
        url = f"{self.harness.simulator.origin}/_simulator/keys"
        self.harness.http.request("DELETE", url, json={"key": key}).raise_for_status()

    def allow(self, key: str, same_as: str) -> None:
        """A key is valid for another one's connection."""
        url = f"{self.harness.simulator.origin}/_simulator/keys"
        self.harness.http.post(url, json={"key": key, "sameAs": same_as}).raise_for_status()
