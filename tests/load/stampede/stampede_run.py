"""A run: the rules fire, a beat is killed in the middle, other posts go out meanwhile."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import psycopg

from models.database import Database
from tests.acceptance.stack import Stack
from tests.load.herd.herd_run import libpq
from tests.load.load_stack import create_organizations
from tests.load.process_figures import read_figures
from tests.load.publisher import Publisher
from tests.load.soak.database_figures import read_ticks
from tests.load.stampede.rule_herd import LEAD, RuleHerd

# Other posts a second, before and during the stampede.
OTHER_RATE = 2.0
QUIET_SECONDS = 20.0
START_DELAY = timedelta(seconds=10)
KILL_AT_SHARE = 0.3
PROGRESS: LiteralString = """
SELECT (SELECT count(*) FROM firing), (SELECT count(*) FROM job WHERE kind = 'firing'), now()
"""
VIOLATIONS: dict[str, LiteralString] = {
    "rules that did not fire": """
        SELECT count(*) FROM queue_slot
        WHERE NOT EXISTS (SELECT FROM firing WHERE queue_slot_id = queue_slot.id)""",
    "rules that fired twice": """
        SELECT count(*) FROM (SELECT FROM firing GROUP BY queue_slot_id
                              HAVING count(*) > 1) AS twice""",
    "rules that will not fire again": """
        SELECT count(*) FROM queue_slot WHERE next_fire_at IS NULL OR next_fire_at < now()""",
    "seats beyond maxPostsPerSlot": """
        SELECT count(*) FROM seat JOIN social_settings USING (organization_id)
        WHERE number >= max_posts_per_slot""",
    "posts with two seats": """
        SELECT count(*) FROM (SELECT FROM seat GROUP BY post_id HAVING count(*) > 1) AS twice""",
    "posts that still wait for a seat": "SELECT count(*) FROM post WHERE status = 'backlog'",
}
OTHERS: LiteralString = """
SELECT count(*), percentile_cont(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (ORDER BY
       extract(epoch FROM published_at - accepted_at))
FROM post WHERE publish_mode = 'publish_now' AND accepted_at BETWEEN %s AND %s
"""


@dataclass(frozen=True, slots=True)
class Progress:
    """At one instant: slots opened so far, their jobs left, and the memory of the beats (MiB)."""

    at: float
    fired: int
    left: int
    memory: dict[str, float]


@dataclass
class StampedeRun:
    """All rules fire from `began` on; with `jitter`, over ten minutes."""

    stack: Stack
    rules: int
    waiting: int
    jitter: bool
    limit: float
    say: Callable[[str], None]
    rows: list[Progress] = field(default_factory=list)
    began: float = 0.0
    killed_at: float | None = None
    ticks: dict[str, tuple[float, float]] = field(default_factory=dict)

    def run(self) -> None:
        """Insert the rules, let them fire, and watch until every slot's job is done."""
        herd = RuleHerd(Database(self.stack.database_url), self.rules, self.waiting)
        started = time.monotonic()
        herd.insert()
        self.say(f"{self.rules} rules inserted in {time.monotonic() - started:.0f} s")
        keys = create_organizations(self.stack, 1)
        ids = self.stack.folder / "accepted.txt"
        with self._others(Publisher(self.stack.origin, keys, ids)):
            time.sleep(QUIET_SECONDS)
            first = datetime.now(UTC) + START_DELAY
            slot = herd.fire_at(libpq(self.stack), first, jitter=self.jitter)
            self.began = (slot - LEAD).timestamp() - (600 if self.jitter else 0)
            self.say(f"all rules have the slot {slot:%Y-%m-%d %H:%M} UTC")
            self._watch()

    @contextmanager
    def _others(self, publisher: Publisher) -> Iterator[None]:
        over = threading.Event()
        arguments = (10**9, OTHER_RATE, lambda _: {"publishMode": "publish_now"}, over.is_set)
        thread = threading.Thread(target=publisher.publish, args=arguments)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _watch(self) -> None:
        deadline = time.time() + self.limit
        with psycopg.connect(libpq(self.stack), autocommit=True) as connection:
            while time.time() < deadline:
                row = connection.execute(PROGRESS).fetchone()
                assert row is not None
                memory = {name: _memory(self.stack, name) for name in ("beat", "second beat")}
                self.rows.append(Progress(time.time(), int(row[0]), int(row[1]), memory))
                self._kill_once(int(row[0]))
                if row[0] >= self.rules and not row[1]:
                    break
                time.sleep(1)
            time.sleep(6)  # a heartbeat with the last ticks
            self.ticks = read_ticks(connection, datetime.now(UTC) - timedelta(minutes=1))

    def _kill_once(self, fired: int) -> None:
        if self.killed_at is None and fired >= self.rules * KILL_AT_SHARE:
            self.killed_at = time.time()
            self.stack.processes["beat"].kill()
            self.stack.start("beat")

    def violations(self) -> dict[str, int]:
        """What is wrong, and how often; nothing, if all is well."""
        with psycopg.connect(libpq(self.stack), autocommit=True) as connection:
            found = {
                name: int((connection.execute(query).fetchone() or (0,))[0])
                for name, query in VIOLATIONS.items()
            }
        return {name: count for name, count in found.items() if count}

    def others(self) -> str:
        """The lateness of the other posts, before and during the stampede."""
        began = datetime.fromtimestamp(self.began, UTC)
        ended = datetime.fromtimestamp(self.rows[-1].at, UTC)
        spans = {
            "before": (began - timedelta(seconds=QUIET_SECONDS), began),
            "meanwhile": (began, ended),
        }
        lines = []
        with psycopg.connect(libpq(self.stack), autocommit=True) as connection:
            for name, span in spans.items():
                row = connection.execute(OTHERS, span).fetchone()
                count, figures = row if row and row[1] else (0, [0.0] * 3)
                p50, p99, most = (float(each or 0) for each in figures)
                lines.append(
                    f"{name:<10} {count:>6} posts  p50 {p50:6.2f}  p99 {p99:6.2f}  max {most:6.2f}"
                )
        return "\n".join(lines)


def _memory(stack: Stack, name: str) -> float:
    figures = read_figures(stack.processes[name].pid)
    return figures.memory / 2**20 if figures else 0.0
