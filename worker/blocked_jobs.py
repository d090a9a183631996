"""Jobs that wait for the end of their connection's block: few wake at its end, answers wake more.

An outage is a row of blocks, each a minute long at most. If all jobs woke at each end, thousands of
them would be claimed and released again for the one or two calls that find out whether the
provider is back. So each job gets a turn of its own, and every answer after a block wakes the next
jobs, organizations in turn.
"""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from worker.turn_queue import TurnQueue

# So many jobs wake at the end of a block; the next ones each so much later.
FIRST_JOBS = 8
INTERVAL = timedelta(seconds=0.5)
# No turn is later than so many times the block after its end, and none later than this; those that
# would be are spread over that time. A worker that dies forgets whom it would have woken: after a
# short block, as of a 429, nobody may wait long for that.
MAX_BLOCKS = 15
MAX_DELAY = timedelta(minutes=15)
# How many jobs one answer wakes: each of them brings answers of its own.
JOBS_PER_ANSWER = 2
# The jobs of one connection that are remembered; others wake at their turns.
MAX_REMEMBERED = 20_000


@dataclass(slots=True)
class _Line:
    """The jobs of one connection. Since the last answer, `last_turn` is the latest one that was
    given, and `longest` the longest block."""

    turns: int = 0
    last_turn: datetime | None = None
    longest: timedelta = timedelta(0)
    jobs: TurnQueue[str] = field(default_factory=TurnQueue)
    job_ids: set[str] = field(default_factory=set)


class BlockedJobs:
    """Those that this process has released; thread-safe. A process that ends forgets them, and
    their turns wake them."""

    def __init__(self, jitter: Callable[[], float] = random.random) -> None:
        self._jitter = jitter
        self._lines: dict[str, _Line] = {}
        self._woken: list[str] = []
        self._lock = threading.Lock()

    def give_turn(self, connection_id: str, until: datetime, now: datetime) -> datetime:
        """When a job wakes that cannot call before `until`, unless an answer comes before."""
        with self._lock:
            line = self._lines.setdefault(connection_id, _Line())
            line.turns += 1
            line.longest = max(line.longest, until - now)
            if line.turns <= FIRST_JOBS:
                return until
            turn = max(line.last_turn or until, until) + INTERVAL
            most = min(line.longest * MAX_BLOCKS, MAX_DELAY)
            if turn > until + most:
                return until + most * self._jitter()
            line.last_turn = turn
            return turn

    def add(self, connection_id: str, organization_id: str, job_id: str) -> None:
        """Remember a job that was released until its turn."""
        with self._lock:
            line = self._lines.setdefault(connection_id, _Line())
            if job_id not in line.job_ids and len(line.job_ids) < MAX_REMEMBERED:
                line.job_ids.add(job_id)
                line.jobs.push(organization_id, job_id)

    def note_answer(self, connection_id: str) -> None:
        """The provider has answered a call: the next jobs of the connection may wake."""
        if connection_id not in self._lines:  # the usual case: nobody waits
            return
        with self._lock:
            line = self._lines.get(connection_id, _Line())
            line.turns, line.last_turn, line.longest = 0, None, timedelta(0)
            for _ in range(JOBS_PER_ANSWER):
                if (organization_id := line.jobs.next_key()) is not None:
                    job_id = line.jobs.pop(organization_id)
                    line.job_ids.discard(job_id)
                    self._woken.append(job_id)
            if not line.jobs:
                self._lines.pop(connection_id, None)

    def take_woken(self) -> list[str]:
        """The ids of the jobs to wake now, each once."""
        with self._lock:
            woken, self._woken = self._woken, []
            return woken
