"""Heartbeats: live processes, their metrics, and deletion of old rows."""

from datetime import timedelta

from models.database import Database
from models.store import clock
from models.store.jobs import heartbeats

MINUTE = timedelta(minutes=1)
FAMILIES = [
    {"name": "n", "type": "counter", "help": "h", "samples": [["n_total", {"a": "ü"}, 1.5]]}
]


def test_a_heartbeat_replaces_the_one_before(database: Database) -> None:
    """One row for each process, with its last instant and metrics."""
    with database.write() as session:
        now = clock.now(session)
        heartbeats.record(session, "w", "worker", now - MINUTE, FAMILIES)
        heartbeats.record(session, "w", "worker", now, [*FAMILIES, *FAMILIES])
        heartbeats.record(session, "b", "beat", now)
    with database.read() as session:
        found = heartbeats.list_alive(session, now - MINUTE)
    assert [(each.id, each.kind, each.at) for each in found] == [
        ("b", "beat", now), ("w", "worker", now),
    ]  # fmt: skip
    assert [each.metrics for each in found] == [None, [*FAMILIES, *FAMILIES]]


def test_only_the_recent_are_alive(database: Database) -> None:
    """Processes without a recent heartbeat are left out."""
    with database.write() as session:
        now = clock.now(session)
        heartbeats.record(session, "recent", "worker", now - MINUTE)
        heartbeats.record(session, "silent", "worker", now - 2 * MINUTE)
        assert [each.id for each in heartbeats.list_alive(session, now - MINUTE)] == ["recent"]


def test_old_heartbeats_are_deleted(database: Database) -> None:
    """A heartbeat deletes those that are more than a day old, and no others."""
    day = timedelta(days=1)
    with database.write() as session:
        now = clock.now(session)
        for name, ago in {"dead": day + MINUTE, "silent": day - MINUTE}.items():
            heartbeats.record(session, name, "worker", now - ago)
        heartbeats.record(session, "here", "beat", now)
        found = heartbeats.list_alive(session, now - 2 * day)
    assert [each.id for each in found] == ["here", "silent"]
