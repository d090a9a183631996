"""Many posts of all modes, everything that can go wrong, and the count at the end."""

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
from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.faults.chaos_events import ChaosEvents
from tests.faults.reconciliation import reconcile
from tests.faults.reconciliation_report import ReconciliationReport, is_settled
from tests.faults.recording_client import ExpectedPost, RecordingClient, create_client
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

ROLES = ("web", "beat", "second beat", "worker", "second worker", "third worker")
# Of all calls at the provider 20 % fail, and of 5 % the answers are lost.
RATE = 0.25
FAULT_KINDS = ("server_error", "server_error", "hang", "rate_limit", "lost_answer")
# A slot every minute: one rule may have one every five.
RULES = [{"cron": f"{first}-59/5 * * * *", "timezone": "UTC"} for first in range(5)]
QUEUE: dict[str, object] = {"queueSlots": RULES, "maxPostsPerSlot": 50}
MODES = ("publish_now",) * 5 + ("soon",) * 3 + ("next_slot",) * 2 + ("draft", "ahead")
# The share of posts after which the client edits one, or removes one.
CHANGED = 0.3
POSTS_OF_ONE = 250
# How many posts of one organization may be under way before its client pauses.
UNDER_WAY = 100
FEEDERS = 4
RETRIES = ("retry", "blocked", "restart", "look")


@dataclass
class ChaosRun:
    """One run on a stack that is up."""

    stack: Stack
    events: ChaosEvents
    posts: int
    rng: random.Random
    clients: list[RecordingClient] = field(default_factory=list)

    def run(self) -> ReconciliationReport:
        """Feed, trouble, and wait; returns the count, whatever it is."""
        for number in range(max(2, self.posts // POSTS_OF_ONE)):
            client = create_client(self.stack, f"org {number}", self.rng.randrange(2**32), **QUEUE)
            self.clients.append(client)
        self.events.start_events()
        try:
            self._feed()
            self._wait(0.9, 30 + self.posts / 20)
        finally:
            self.events.stop_events()
        self._wait(1, 150 + self.posts / 5)
        return reconcile(self.stack, self.clients)

    def _feed(self) -> None:
        """The clients work side by side, each through its own organization's posts."""
        share = -(-self.posts // len(self.clients))
        with ThreadPoolExecutor(FEEDERS) as executor:
            for done in [executor.submit(_run_client, client, share) for client in self.clients]:
                done.result()

    def _wait(self, share: float, seconds: float) -> None:
        """Until such a share of all posts is at rest, or the time is up."""
        deadline = time.monotonic() + seconds
        for client in self.clients:
            while (
                _all_settled(client) < share * len(client.accepted) and time.monotonic() < deadline
            ):
                time.sleep(1)

    def format_report(self, report: ReconciliationReport) -> str:
        """The count, the kills and the retries, for people."""
        retries = self._retries()
        parts = [
            str(report),
            _lines("troubles", self.events.counts),
            _lines("processes that ended by themselves", self.events.exits),
            *self.events.exit_outputs[:3],
            _lines("steps by outcome", retries),
            f"kills    {sum(n for name, n in self.events.counts.items() if 'killed' in name)}",
            f"edits    {sum(len(each.old_captions) for each in self._expected())} accepted",
            f"removals {sum(bool(each.removed_at) for each in self._expected())} acknowledged",
            f"retries  {sum(retries[name] for name in RETRIES)}",
        ]
        return "\n".join(parts)

    def _expected(self) -> list[ExpectedPost]:
        return [expected for client in self.clients for expected in client.expected_posts]

    def _retries(self) -> Counter[str]:
        """What became of every step that was taken at the provider."""
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
    """A stack that is up, on these servers, or embedded without any."""
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
        troubles = ChaosEvents(stack, random.Random(rng.random()), postgres, redis)
        if not stack.is_distributed:
            troubles.pause = (5, 10)
        yield ChaosRun(stack, troubles, posts, rng)


def _run_client(client: RecordingClient, posts: int) -> None:
    """What one client does, until so many of its posts are known to be accepted."""
    while len(client.accepted) < posts:
        expected = client.publish(client.rng.choice(MODES))
        _change_random_post(client)
        under_way = len(client.expected_posts) % UNDER_WAY == 0 or expected.id is None
        while under_way and len(client.accepted) - _all_settled(client) > UNDER_WAY:
            time.sleep(1)


def _change_random_post(client: RecordingClient) -> None:
    """Now and then a recent post is edited or removed, wherever it is on its way."""
    expected = client.rng.choice(client.expected_posts[-20:])
    lot = client.rng.random()
    if expected.id is None or expected.is_removal_asked or lot > CHANGED:
        return
    if lot < CHANGED / 2:
        client.remove(expected)
    else:
        mode = client.rng.choice(["schedule", "schedule", "draft"])
        client.edit(expected, mode, client.rng.uniform(8, 40))


def _all_settled(client: RecordingClient) -> int:
    return sum(map(is_settled, client.posts()))


def _lines(title: str, counts: Counter[str]) -> str:
    rows = [f"  {name:<24} {count}" for name, count in sorted(counts.items())]
    return "\n".join([f"{title}:", *(rows or ["  none"])])
