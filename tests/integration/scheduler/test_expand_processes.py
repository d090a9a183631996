"""Real beats: several at once, and killed at random."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

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
    """Processes that expand, started and ended together."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._url, self._folder = database_url(database), folder
        self.alive: list[Process] = []

    def start(self) -> Process:
        """One more."""
        log = self._folder / "beats.log"
        beat = start_script(
            "expand_process", log, self._url, self._folder / "go", self._folder / "stop"
        )
        self.alive.append(beat)
        return beat

    def start_all(self) -> None:
        """Let them begin."""
        (self._folder / "go").touch()

    def stop(self) -> list[int]:
        """Let them end; their exit statuses."""
        (self._folder / "stop").touch()
        return [beat.wait() for beat in self.alive]


@contextmanager
def beats(database: Database, folder: Path, count: int) -> Iterator[BeatProcesses]:
    """So many beats, all of them ready, and none left behind."""
    crew = BeatProcesses(database, folder)
    try:
        for beat in [crew.start() for _ in range(count)]:
            wait_until(lambda beat=beat: "ready" in beat.output(), what="a ready beat")  # type: ignore[misc]
        yield crew
    finally:
        for beat in crew.alive:
            beat.end()


def opened_slots(rules: list[tuple[int, datetime]], weeks: int) -> list[tuple[int, datetime]]:
    """What must have fired: so many weeks of every rule."""
    return sorted((id_, local + week * WEEK) for id_, local in rules for week in range(weeks))


def first_slot(database: Database, weeks: int) -> datetime:
    """A wall clock so many weeks back; the slots of this week are days away from being due."""
    begin = database_now(database).replace(tzinfo=None, second=0, microsecond=0) + timedelta(days=3)
    return begin - weeks * WEEK


def test_four_beats_fire_each_of_2000_rules_once(
    postgres_database: Database, tmp_path: Path
) -> None:
    """Real processes: the firings are exactly one for every rule and slot."""
    rules = add_due_rules(postgres_database, 2_000, first_slot(postgres_database, 1), ZONES)
    expected = opened_slots(rules, weeks=1)
    with beats(postgres_database, tmp_path, 4) as crew:
        crew.start_all()
        wait_until(lambda: len(list_fired(postgres_database)) >= len(expected), 60, "all firings")
        assert crew.stop() == [0, 0, 0, 0]
    assert list_fired(postgres_database) == expected


def test_killed_beats_lose_and_double_nothing(database: Database, tmp_path: Path) -> None:
    """SIGKILL at random while others go on: at the end the sets are equal."""
    weeks, dice = 8, random.Random(11)
    rules = add_due_rules(database, 600, first_slot(database, weeks), ZONES)
    expected = opened_slots(rules, weeks)
    killed, end = 0, time.monotonic() + 10
    with beats(database, tmp_path, 3) as crew:
        crew.start_all()
        while time.monotonic() < end and len(list_fired(database)) < len(expected):
            time.sleep(dice.uniform(0.3, 0.8))
            victim = crew.alive.pop(dice.randrange(len(crew.alive)))
            victim.kill()
            victim.end()
            killed += 1
            crew.start()
        wait_until(lambda: len(list_fired(database)) >= len(expected), 60, "all firings")
        assert crew.stop() == [0, 0, 0]
    assert killed >= 3
    assert list_fired(database) == expected
