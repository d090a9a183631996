"""Heartbeats: who is alive, what they counted, and how the dead are forgotten."""

from datetime import timedelta

from models.database import Database
from models.store import clock
from models.store.jobs import heartbeats

MINUTE = timedelta(minutes=1)
COUNTED = [{"name": "n", "type": "counter", "help": "h", "samples": [["n_total", {"a": "ü"}, 1.5]]}]


def test_a_process_says_again_that_it_is_alive(database: Database) -> None:
    """One row a process, with its newest instant and what it counted until then."""
    with database.write() as session:
        now = clock.now(session)
        heartbeats.record(session, "w", "worker", now - MINUTE, COUNTED)
        heartbeats.record(session, "w", "worker", now, [*COUNTED, *COUNTED])
        heartbeats.record(session, "b", "beat", now)
    with database.read() as session:
        found = heartbeats.list_alive(session, now - MINUTE)
    assert [(each.id, each.kind, each.at) for each in found] == [
        ("b", "beat", now), ("w", "worker", now),
    ]  # fmt: skip
    assert [each.metrics for each in found] == [None, [*COUNTED, *COUNTED]]


def test_only_the_recent_are_alive(database: Database) -> None:
    """Whoever was silent for longer is left out."""
    with database.write() as session:
        now = clock.now(session)
        heartbeats.record(session, "recent", "worker", now - MINUTE)
        heartbeats.record(session, "silent", "worker", now - 2 * MINUTE)
        assert [each.id for each in heartbeats.list_alive(session, now - MINUTE)] == ["recent"]


def test_the_long_dead_are_forgotten(database: Database) -> None:
    """A heartbeat deletes those that are more than a day old, and no others."""
    day = timedelta(days=1)
    with database.write() as session:
        now = clock.now(session)
        for name, ago in {"dead": day + MINUTE, "silent": day - MINUTE}.items():
            heartbeats.record(session, name, "worker", now - ago)
        heartbeats.record(session, "here", "beat", now)
        found = heartbeats.list_alive(session, now - 2 * day)
    assert [each.id for each in found] == ["here", "silent"]
