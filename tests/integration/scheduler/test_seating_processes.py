"""Several processes queue posts at once: no seat is taken twice, and none is left out."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from models.database import Database
from tests.integration.scheduler.queue_factories import (
    add_organization,
    database_now,
    database_url,
    list_taken_seats,
    rule_near,
    start_script,
)
from tests.wait import wait_until

SEATS = 10


def queue_at_once(database: Database, folder: Path, processes: int, posts: int) -> str:
    """Let `processes` processes queue `posts` posts each; returns the organization's id."""
    at = database_now(database)
    hours = (2, 30, 60, 90, 120)
    rules = [rule_near(at + timedelta(hours=each), "America/New_York") for each in hours]
    organization = add_organization(database, rules, SEATS)
    go = folder / "go"
    log = folder / "queueing.log"
    publishers = [
        start_script("publish_process", log, database_url(database), organization, posts, go)
        for _ in range(processes)
    ]
    try:
        wait_until(lambda: log.read_text().count("ready") == processes, 60, "ready processes")
        go.touch()
        assert [each.wait(150) for each in publishers] == [0] * processes, log.read_text()[-4000:]
    finally:
        for each in publishers:
            each.end()
    return organization


@pytest.mark.servers  # many processes
@pytest.mark.parametrize(
    ("backend", "processes", "posts"), [("postgres", 8, 250), ("sqlite", 4, 75)]
)
def test_no_seat_is_taken_twice(
    request: pytest.FixtureRequest, tmp_path: Path, backend: str, processes: int, posts: int
) -> None:
    """All posts are seated, slots fill one after the other, and no seat has two posts."""
    database: Database = request.getfixturevalue(f"{backend}_database")
    organization = queue_at_once(database, tmp_path, processes, posts)
    taken = list_taken_seats(database, organization)
    assert len({seat.post_id for seat in taken}) == len(taken) == processes * posts
    assert len({(seat.queue_slot_id, seat.local_at, seat.number) for seat in taken}) == len(taken)
    assert {seat.number for seat in taken} == set(range(SEATS))
    slots = sorted({seat.slot_at for seat in taken})
    filled = Counter(seat.slot_at for seat in taken)
    assert {filled[slot] for slot in slots[:-1]} == {SEATS}
    assert len(slots) == -(-len(taken) // SEATS)
    per_week = 5  # slots a week: no slot in between was skipped
    assert slots[-1] - slots[0] <= timedelta(weeks=len(slots) / per_week, days=2)
