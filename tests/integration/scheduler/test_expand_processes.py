"""Real beats: several at once, and killed at random."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from models.database import Database
from tests.integration.scheduler.queue_factories import (
    add_due_rules,
    database_now,
    database_url,
    list_fired,
    start_script,
)
from tests.processes import Process
from tests.wait import wait_until

WEEK = timedelta(weeks=1)
ZONES = ["UTC", "America/New_York", "Asia/Kathmandu"]


class BeatProcesses:
    """Processes that expand rules, started and stopped together."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._url, self._folder = database_url(database), folder
        self.alive: list[Process] = []

    def start(self) -> Process:
        """Start one more process."""
        log = self._folder / "beats.log"
        beat = start_script(
            "expand_process", log, self._url, self._folder / "go", self._folder / "stop"
        )
        self.alive.append(beat)
        return beat

    def start_all(self) -> None:
        """Let all processes expand."""
        (self._folder / "go").touch()

    def stop(self) -> list[int]:
        """Stop all processes; returns their exit statuses."""
        (self._folder / "stop").touch()
        return [beat.wait() for beat in self.alive]


@contextmanager
def beats(database: Database, folder: Path, count: int) -> Iterator[BeatProcesses]:
    """`count` running processes, ready to expand; killed at the end."""
    processes = BeatProcesses(database, folder)
    try:
        for beat in [processes.start() for _ in range(count)]:
            wait_until(lambda beat=beat: "ready" in beat.output(), what="a ready beat")  # type: ignore[misc]
        yield processes
    finally:
        for beat in processes.alive:
            beat.end()


def opened_slots(rules: list[tuple[int, datetime]], weeks: int) -> list[tuple[int, datetime]]:
    """The expected firings: `weeks` weeks of every rule."""
    return sorted((id_, local + week * WEEK) for id_, local in rules for week in range(weeks))


def first_slot(database: Database, weeks: int) -> datetime:
    """A local time `weeks` weeks ago; the slots of this week are not due for days."""
    begin = database_now(database).replace(tzinfo=None, second=0, microsecond=0) + timedelta(days=3)
    return begin - weeks * WEEK


def test_four_beats_fire_each_of_2000_rules_once(
    postgres_database: Database, tmp_path: Path
) -> None:
    """Real processes: exactly one firing for every rule and slot."""
    rules = add_due_rules(postgres_database, 2_000, first_slot(postgres_database, 1), ZONES)
    expected = opened_slots(rules, weeks=1)
    with beats(postgres_database, tmp_path, 4) as processes:
        processes.start_all()
        wait_until(lambda: len(list_fired(postgres_database)) >= len(expected), 60, "all firings")
        assert processes.stop() == [0, 0, 0, 0]
    assert list_fired(postgres_database) == expected


@pytest.mark.servers  # many processes
def test_killed_beats_lose_and_double_nothing(database: Database, tmp_path: Path) -> None:
    """Random SIGKILLs while other beats continue: the firings are exactly the expected ones."""
    weeks, rng = 8, random.Random(11)
    rules = add_due_rules(database, 600, first_slot(database, weeks), ZONES)
    expected = opened_slots(rules, weeks)
    killed, end = 0, time.monotonic() + 10
    with beats(database, tmp_path, 3) as processes:
        processes.start_all()
        while killed < 3 or (time.monotonic() < end and len(list_fired(database)) < len(expected)):
            time.sleep(rng.uniform(0.3, 0.8))
            victim = processes.alive.pop(rng.randrange(len(processes.alive)))
            victim.kill()
            victim.end()
            killed += 1
            processes.start()
        wait_until(lambda: len(list_fired(database)) >= len(expected), 60, "all firings")
        assert processes.stop() == [0, 0, 0]
    assert list_fired(database) == expected
