"""What strangers hold in a worker holds up nobody else: silent name servers and mute receivers.

Each is proved by order: the other organization's work ends while the attack is under way.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from media.name_lookup import NameLookup
from media.one_use_transport import OneUseTransport
from media.safe_transport import PinnedTransport, trusted_certificates
from models.database import Database
from models.store import clock
from models.store.tenants import organizations
from models.store.webhooks import endpoints, webhook_log
from tests.integration.store.webhook_factories import add_endpoint
from tests.integration.worker.webhooks.webhook_harness import WebhookHarness, run_webhook_harness
from tests.integration.worker.webhooks.webhook_receiver import ScriptedAnswer, run_receiver
from tests.service_context import CIPHER
from tests.unit.media.silent_name_server import SilentNameServer
from worker.webhooks.endpoint_concurrency import MAX_CALLS
from worker.webhooks.webhook_client import WebhookClient

ENDPOINTS = 20
EVENTS = 8


@pytest.fixture
def mine(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebhookHarness]:
    """The harness of the organization that nobody may hold up."""
    with run_webhook_harness(database, tmp_path_factory.mktemp("media")) as harness:
        yield harness


def _flood(harness: WebhookHarness, urls: list[str]) -> list[str]:
    """Another organization's endpoints, with several test events each; the ids of the events."""
    database = harness.harness.database
    with database.write() as session:
        attacker = organizations.create(session, "Attacker", "simulator")[0].id
    ids = [add_endpoint(database, attacker, [], url) for url in urls]
    with database.write() as session:
        rows = [endpoints.get(session, attacker, each) for each in ids]
        now = clock.now(session)
        return [
            webhook_log.enqueue_test(session, row, now)
            for row in rows
            if row is not None
            for _ in range(EVENTS)
        ]


def _publish_and_tell(harness: WebhookHarness) -> None:
    """A post is published, and its event delivered."""
    harness.add_endpoint(["post.published"])
    post = harness.harness.accept()
    assert harness.harness.run_to_end(post)[0].status == "published"
    harness.harness.dispatch_until(
        lambda: harness.receiver.events() == ["post.published"], what="the event"
    )


def _assert_pending(harness: WebhookHarness, ids: list[str]) -> None:
    assert {harness.read_message(each).status for each in ids} == {"pending"}


@contextmanager
def _silent_names(harness: WebhookHarness) -> Iterator[None]:
    """A runner whose look-ups ask a name server that never answers."""
    with SilentNameServer() as server:
        lookup = NameLookup(deadline=600, servers=[server.address])

        def transport() -> httpx.AsyncBaseTransport:
            inner = OneUseTransport(trusted_certificates())
            return PinnedTransport(inner, allow_private=True, resolve=lookup)

        client = WebhookClient(CIPHER, allow_private=True, transport=transport, timeout=600)
        runner = harness.start_runner(client, delays=())
        try:
            yield
        finally:
            # The look-ups end, and so do the jobs that wait for them.
            asyncio.run_coroutine_threadsafe(lookup.aclose(), runner._loop).result()


def test_silent_name_servers_hold_up_nobody(mine: WebhookHarness) -> None:
    """While a tenant's webhooks wait for twenty names that never resolve, another's post is
    published and its event delivered."""
    with _silent_names(mine):
        hosts = [f"https://h{n}.tarpit.test/" for n in range(ENDPOINTS)]
        flood = _flood(mine, hosts)
        runner = mine.harness.runners[-1]
        concurrency = runner.context.webhooks.concurrency
        mine.harness.dispatch_until(
            lambda: concurrency._calls.total_held == MAX_CALLS, what="all calls that one may have"
        )
        _publish_and_tell(mine)
        _assert_pending(mine, flood)


def test_mute_receivers_hold_up_nobody(mine: WebhookHarness) -> None:
    """While a tenant's twenty receivers have all calls that one tenant may have, another's event is
    delivered."""
    answer = threading.Event()
    mine.start_runner(WebhookClient(CIPHER, allow_private=True, timeout=600))
    with run_receiver() as mute:
        mute.act = lambda _number: ScriptedAnswer(until=answer)
        flood = _flood(mine, [f"{mute.url}/{n}" for n in range(ENDPOINTS)])
        mine.harness.dispatch_until(
            lambda: len(mute.calls) == MAX_CALLS, what="all calls that one may have"
        )
        _publish_and_tell(mine)
        _assert_pending(mine, flood)
        answer.set()
        mine.harness.stop_runner(mine.harness.runners[-1])
