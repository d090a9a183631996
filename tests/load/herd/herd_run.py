"""A run: posts are accepted before and during the outage, the provider returns, all are counted."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import psycopg

from tests.acceptance.stack import CLOSE, Stack
from tests.load.exactly_once import ExactlyOnceReport, count_exactly_once
from tests.load.herd.lateness import Lateness, describe_slowest, read_lateness
from tests.load.load_stack import create_organizations
from tests.load.publisher import Publisher

Return = Literal["full", "errors", "429"]
# Of a weak return: the kind of the simulator's fault, and the share of calls that fail.
WEAK_KINDS = {"errors": "server_error", "429": "rate_limit"}
WEAK_SHARE = 0.5
POSTS_PER_ORGANIZATION = 250
ACCEPT_RATE = 40.0
UNSETTLED = """
SELECT count(*) FROM post WHERE status NOT IN
('published', 'partial', 'failed', 'missed', 'unknown', 'cancelled', 'draft')
"""


@dataclass
class HerdRun:
    """`away`: how long the provider is away (s). Half of the posts are accepted before that, with
    instants in it; the others during its first nine tenths, to go out at once."""

    stack: Stack
    posts: int
    away: float
    grace: float
    per_slot: int
    comes_back: Return = "full"
    weak_seconds: float = 60.0
    say: Callable[[str], None] = print
    left_at: float = 0.0
    returned_at: float = 0.0
    publisher: Publisher = field(init=False)

    def run(self) -> None:
        """Run until all posts have ended, or no more of them end."""
        keys = create_organizations(
            self.stack,
            max(2, self.posts // POSTS_PER_ORGANIZATION),
            max_posts_per_slot=self.per_slot,
        )
        ids = self.stack.folder / "accepted.txt"
        self.publisher = Publisher(self.stack.origin, keys, ids)
        self._accept_before()
        self._outage()
        self._return()
        self._wait_until_ended()

    def _accept_before(self) -> None:
        """Accept the first half, and wait until the provider goes away."""
        count = self.posts // 2
        self.left_at = time.time() + count / ACCEPT_RATE * 1.5 + 20
        rng = random.Random(7)
        begin = datetime.fromtimestamp(self.left_at, UTC)

        def body(_: int) -> dict[str, object]:
            instant = begin + timedelta(seconds=rng.uniform(1, self.away))
            return {"publishMode": "schedule", "scheduledAt": instant.isoformat()}

        took = self.publisher.publish(count, ACCEPT_RATE, body)
        self.say(f"{self.publisher.accepted} posts with an instant accepted in {took:.0f} s")
        self.left_at = max(self.left_at, time.time())
        time.sleep(max(self.left_at - time.time(), 0))

    def _outage(self) -> None:
        self.left_at = time.time()
        self.returned_at = self.left_at + self.away
        self.stack.inject_fault(kind="outage", seconds=self.away)
        count = self.posts - self.posts // 2
        rate = count / (self.away * 0.9)
        took = self.publisher.publish(count, rate, lambda _: {"publishMode": "publish_now"})
        self.say(f"{count} posts to publish now sent in {took:.0f} s of the outage")
        time.sleep(max(self.returned_at - time.time(), 0))

    def _return(self) -> None:
        """The provider's own timer ends the outage; a weak one fails half of its calls first."""
        self.say(f"the provider is back: {self.comes_back}")
        if self.comes_back != "full":
            faults = {"rate": WEAK_SHARE, "seed": 7, "kinds": [WEAK_KINDS[self.comes_back]]}
            address = self.stack.simulator + "/_simulator/faults"
            self.stack.client.put(address, json=faults, headers=CLOSE).raise_for_status()
            time.sleep(self.weak_seconds)
            self.stack.clear_faults()

    def _wait_until_ended(self, patience: float = 300) -> None:
        """Until every post has ended, or nothing was published for so many seconds."""
        with psycopg.connect(libpq(self.stack), autocommit=True) as connection:
            changed, last = time.monotonic(), -1
            while time.monotonic() < changed + patience:
                row = connection.execute(UNSETTLED).fetchone()
                left = int(row[0]) if row else 0
                if not left:
                    break
                if left != last:
                    changed, last = time.monotonic(), left
                time.sleep(1)
        time.sleep(2)  # the log's last rows

    def count(self) -> tuple[ExactlyOnceReport, list[Lateness], str]:
        """The count, the lateness by group, and the latest post with its history."""
        grace_from = datetime.fromtimestamp(self.returned_at - self.grace, UTC)
        with psycopg.connect(libpq(self.stack), autocommit=True) as connection:
            ledger = Path(self.stack.folder) / "simulator.db"
            report = count_exactly_once(connection, ledger, self.publisher.accepted_ids)
            return report, read_lateness(connection, grace_from), describe_slowest(connection)


def libpq(stack: Stack) -> str:
    """The database's address for psycopg."""
    return stack.database_url.replace("+psycopg", "", 1)
