"""A chaos run: many posts in all modes, random faults and kills, then a reconciliation."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from models.database import Database
from models.encryption import Cipher
from models.store.tenants.stored_credentials import ProviderCredentials, set_credentials
from tests.acceptance.reconciliation import ReconciliationReport
from tests.acceptance.stack import PATIENT_RETRIES, ApiClient, Stack
from tests.faults.chaos_clients import publish_all
from tests.faults.chaos_events import ChaosEvents
from tests.faults.process_exits import ProcessExit
from tests.faults.reconciliation import compare_records
from tests.faults.recording_client import ExpectedPost, RecordingClient
from tests.faults.silence import TOLD_EVENTS, read_events
from tests.faults.unsettled_posts import UnsettledPosts
from tests.integration.worker.webhooks.webhook_receiver import WebhookReceiver, run_receiver
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

ROLES: Final = ("web", "beat", "second beat", "worker", "second worker", "forked worker")
# Of all calls to the provider 20 % fail, and 5 % succeed but their answers are lost.
RATE: Final = 0.25
FAULT_KINDS: Final = ("server_error", "server_error", "hang", "rate_limit", "lost_answer")
# A slot every minute: one rule may have one every five.
RULES: Final = [{"cron": f"{first}-59/5 * * * *", "timezone": "UTC"} for first in range(5)]
# Pauses before events (s). The only process must have started again in between. In a long run the
# processes must work for longer than they start, or the starts take the machine; a post still sees
# several events.
EMBEDDED_PAUSE: Final = (5, 10)
LONG_RUN_PAUSE: Final = (2, 8)
MANY_POSTS: Final = 500
POSTS_PER_SLOT: Final = 50
# How far ahead slots fire and posts open (s): further than the posts that are two hours ahead. They
# must reach the provider's timer. With a day, the 40 organizations of a long run began with 57,600
# firings, which is what `make stampede` is for.
LEAD_TIME: Final = 7500
POSTS_PER_CLIENT: Final = 250
ADMIN_TOKEN: Final = "an-operators-token-for-tests"


@dataclass
class ChaosRun:
    """One chaos run on a running stack."""

    stack: Stack
    events: ChaosEvents
    receiver: WebhookReceiver
    unsettled: UnsettledPosts
    posts: int
    seed: int
    clients: list[RecordingClient] = field(default_factory=list)
    exits: list[ProcessExit] = field(default_factory=list)

    def run(self) -> ReconciliationReport:
        """Publish posts while things fail, wait until they are settled, and reconcile. The report
        may hold violations."""
        for number in range(max(2, self.posts // POSTS_PER_CLIENT)):
            self.clients.append(self._create_client(number))
        self.events.start_events()
        try:
            publish_all(self.clients, self.posts, self.seed, self.unsettled)
            self._wait_unsettled(self.posts // 10, 30 + self.posts / 20)
        finally:
            self.events.stop_events()
        self._wait_unsettled(0, 150 + self.posts / 5)
        self._wait(lambda: self.unsettled.count_untold() == 0, 60)
        report = self._reconcile()
        self.exits = self.events.exits.find()
        report.violations += map(str, self.exits)
        return report

    def expected_posts(self) -> list[ExpectedPost]:
        """What the clients know of all posts."""
        return [expected for client in self.clients for expected in client.expected_posts]

    def describe_progress(self) -> str:
        """How far the run is, in a line."""
        asked, unsettled = len(self.expected_posts()), self.unsettled.count()
        waiting = "the database is away" if unsettled is None else f"{unsettled.total()} unsettled"
        ended = self.events.exits.count_noted()
        return f"{asked} posts sent, {waiting}, {len(self.events.log)} events, {ended} ends"

    def _create_client(self, number: int) -> RecordingClient:
        """A client of a new organization, which the API creates: a command would take a second."""
        stack, name = self.stack, f"org {number}"
        operator = ApiClient(stack.client, stack.origin, ADMIN_TOKEN)
        made = operator.call("POST", "/organizations", {"name": name})
        api = ApiClient(stack.client, stack.origin, made["apiKey"], made["id"])
        if number % 2:
            self._give_own_credentials(made["id"])
        api.call("PUT", "/settings", {"queueSlots": RULES, "maxPostsPerSlot": POSTS_PER_SLOT})
        api.call("POST", "/webhooks", {"url": self.receiver.url, "events": TOLD_EVENTS})
        return RecordingClient(stack, api, name)

    def _give_own_credentials(self, organization_id: str) -> None:
        """So that a rate limit of others does not concern it. The rest share the environment's:
        their posts are in one long list at the provider."""
        key = f"key of {organization_id}"
        sealed = ProviderCredentials("an-id", key).encrypt(
            Cipher(self.stack.env["SLOTBEAT_SECRET_KEY"])
        )
        database = Database(self.stack.database_url)
        with database.write() as session:
            set_credentials(session, organization_id, "simulator", sealed)
        database.close()

    def _wait_unsettled(self, posts: int, seconds: float) -> None:
        """Wait until at most so many posts are unsettled, or the time is over."""
        counts = self.unsettled.count
        self._wait(lambda: (now := counts()) is not None and now.total() <= posts, seconds)

    def _wait(self, condition: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:
            time.sleep(1)
            if self.events.is_over:
                self.events.exits.revive()

    def _reconcile(self) -> ReconciliationReport:
        told = read_events(self.receiver.calls)
        stack = self.stack
        return compare_records(stack.publications(), stack.remote_posts(), self.clients, told)


@contextmanager
def run_chaos(
    folder: Path, posts: int, seed: int, postgres: Postgres | None, redis: Redis | None
) -> Iterator[ChaosRun]:
    """Start a stack on these servers, or an embedded one without servers; yields the run."""
    database_url = postgres.create_database() if postgres else None
    broker_url = redis.url if redis else None
    with (
        run_receiver() as receiver,
        Stack(
            folder,
            database_url,
            broker_url,
            RATE,
            fault_kinds=FAULT_KINDS,
            fault_seed=seed,
            roles=ROLES,
            with_breakpoints=True,
            settings={
                **PATIENT_RETRIES,
                "ADMIN_TOKEN": ADMIN_TOKEN,
                "LEAD_TIME": str(LEAD_TIME),
            },
        ) as stack,
    ):
        events = ChaosEvents(stack, random.Random(seed), postgres, redis)
        if not stack.is_distributed:
            events.pause = EMBEDDED_PAUSE
        elif posts >= MANY_POSTS:
            events.pause, events.waits_for_starts = LONG_RUN_PAUSE, True
        unsettled = UnsettledPosts(stack.database_url)
        try:
            yield ChaosRun(stack, events, receiver, unsettled, posts, seed)
        finally:
            unsettled.close()
