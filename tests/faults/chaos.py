"""A chaos run: many posts in all modes, random faults and kills, then a reconciliation."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from models.database import Database
from models.tables import ATTEMPT
from tests.acceptance.reconciliation import ReconciliationReport, is_settled
from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.faults.chaos_events import ChaosEvents
from tests.faults.reconciliation import reconcile
from tests.faults.recording_client import ExpectedPost, RecordingClient, create_client
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

ROLES = ("web", "beat", "second beat", "worker", "second worker", "forked worker")
# Of all calls to the provider 20 % fail, and 5 % succeed but their answers are lost.
RATE = 0.25
FAULT_KINDS = ("server_error", "server_error", "hang", "rate_limit", "lost_answer")
# A slot every minute: one rule may have one every five.
RULES = [{"cron": f"{first}-59/5 * * * *", "timezone": "UTC"} for first in range(5)]
QUEUE: dict[str, object] = {"queueSlots": RULES, "maxPostsPerSlot": 50}
MODES = ("publish_now",) * 5 + ("soon",) * 3 + ("next_slot",) * 2 + ("draft", "ahead")
# The share of posts after which the client edits one, or removes one.
CHANGED = 0.3
POSTS_PER_CLIENT = 250
# How many posts of one organization may be unsettled before its client pauses.
MAX_UNSETTLED = 100
CLIENT_THREADS = 4
RETRIES = ("retry", "blocked", "restart", "look")


@dataclass
class ChaosRun:
    """One chaos run on a running stack."""

    stack: Stack
    events: ChaosEvents
    posts: int
    rng: random.Random
    clients: list[RecordingClient] = field(default_factory=list)

    def run(self) -> ReconciliationReport:
        """Publish posts while things fail, wait until they are settled, and reconcile. The report
        may hold violations."""
        for number in range(max(2, self.posts // POSTS_PER_CLIENT)):
            client = create_client(self.stack, f"org {number}", self.rng.randrange(2**32), **QUEUE)
            self.clients.append(client)
        self.events.start_events()
        try:
            self._publish_all()
            self._wait_settled(0.9, 30 + self.posts / 20)
        finally:
            self.events.stop_events()
        self._wait_settled(1, 150 + self.posts / 5)
        return reconcile(self.stack, self.clients)

    def _publish_all(self) -> None:
        """All clients publish at the same time, each for its own organization."""
        share = -(-self.posts // len(self.clients))
        with ThreadPoolExecutor(CLIENT_THREADS) as executor:
            for done in [executor.submit(_run_client, client, share) for client in self.clients]:
                done.result()

    def _wait_settled(self, share: float, seconds: float) -> None:
        """Wait until this share of all posts is settled, or the time is over."""
        deadline = time.monotonic() + seconds
        for client in self.clients:
            while (
                _count_settled(client) < share * len(client.accepted)
                and time.monotonic() < deadline
            ):
                time.sleep(1)

    def format_report(self, report: ReconciliationReport) -> str:
        """The reconciliation, the events and the retries, as text."""
        outcomes = self._count_outcomes()
        parts = [
            str(report),
            _lines("events", self.events.counts),
            _lines("processes that ended by themselves", self.events.exits),
            *self.events.exit_outputs[:3],
            _lines("steps by outcome", outcomes),
            f"kills    {sum(n for name, n in self.events.counts.items() if 'killed' in name)}",
            f"edits    {sum(len(each.old_captions) for each in self._expected())} accepted",
            f"removals {sum(bool(each.removed_at) for each in self._expected())} acknowledged",
            f"retries  {sum(outcomes[name] for name in RETRIES)}",
        ]
        return "\n".join(parts)

    def _expected(self) -> list[ExpectedPost]:
        return [expected for client in self.clients for expected in client.expected_posts]

    def _count_outcomes(self) -> Counter[str]:
        """How often each outcome occurred, of all steps that called the provider."""
        database = Database(self.stack.database_url)
        query = (
            select(ATTEMPT.c.outcome, func.count())
            .where(ATTEMPT.c.duration_ms.is_not(None))
            .group_by(ATTEMPT.c.outcome)
        )
        try:
            with database.read() as session:
                return Counter({row[0]: row[1] for row in session.connection().execute(query)})
        finally:
            database.close()


@contextmanager
def run_chaos(
    folder: Path, posts: int, seed: int, postgres: Postgres | None, redis: Redis | None
) -> Iterator[ChaosRun]:
    """Start a stack on these servers, or an embedded one without servers; yields the run."""
    database_url = postgres.create_database() if postgres else None
    broker_url = redis.url if redis else None
    rng = random.Random(seed)
    with Stack(
        folder,
        database_url,
        broker_url,
        RATE,
        fault_kinds=FAULT_KINDS,
        roles=ROLES,
        with_breakpoints=True,
        settings=PATIENT_RETRIES,
    ) as stack:
        events = ChaosEvents(stack, random.Random(rng.random()), postgres, redis)
        if not stack.is_distributed:
            events.pause = (5, 10)
        yield ChaosRun(stack, events, posts, rng)


def _run_client(client: RecordingClient, posts: int) -> None:
    """Publish and change posts until the client knows that so many of them were accepted."""
    while len(client.accepted) < posts:
        expected = client.publish(client.rng.choice(MODES))
        _change_random_post(client)
        check = len(client.expected_posts) % MAX_UNSETTLED == 0 or expected.id is None
        while check and len(client.accepted) - _count_settled(client) > MAX_UNSETTLED:
            time.sleep(1)


def _change_random_post(client: RecordingClient) -> None:
    """Sometimes edit or remove a recent post, whatever its status is."""
    expected = client.rng.choice(client.expected_posts[-20:])
    chance = client.rng.random()
    if expected.id is None or expected.is_removal_asked or chance > CHANGED:
        return
    if chance < CHANGED / 2:
        client.remove(expected)
    else:
        mode = client.rng.choice(["schedule", "schedule", "draft"])
        client.edit(expected, mode, client.rng.uniform(8, 40))


def _count_settled(client: RecordingClient) -> int:
    return sum(map(is_settled, client.posts()))


def _lines(title: str, counts: Counter[str]) -> str:
    rows = [f"  {name:<24} {count}" for name, count in sorted(counts.items())]
    return "\n".join([f"{title}:", *(rows or ["  none"])])
