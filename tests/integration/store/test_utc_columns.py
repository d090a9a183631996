"""Instants in the database: exact, in UTC, never naive; and the database's own clock."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from models.database import Database
from models.store import clock
from models.store.jobs import heartbeats
from models.tables import HEARTBEAT
from tests.integration.store.row_factories import SLOT, now


def stored_and_read(database: Database, instant: datetime) -> datetime:
    """The instant as it is read back from a row."""
    with database.write() as session:
        heartbeats.record(session, "one", "worker", instant)
    with database.read() as session:
        found: datetime = session.connection().execute(HEARTBEAT.select()).one().at
    return found


@pytest.mark.parametrize(
    "instant",
    [
        SLOT,
        SLOT.replace(microsecond=0),
        SLOT.replace(microsecond=999_999),
        SLOT.astimezone(timezone(timedelta(hours=5, minutes=45))),
        datetime(2026, 11, 1, 5, 30, 0, 1, tzinfo=UTC),  # 01:30 in New York, the first of two
        datetime(1970, 1, 1, tzinfo=UTC),
    ],
)
def test_an_instant_comes_back_to_the_microsecond(database: Database, instant: datetime) -> None:
    """Aware, in UTC and equal, from whatever zone it was written in."""
    found = stored_and_read(database, instant)
    assert (found, found.tzinfo) == (instant, UTC)


def test_a_naive_instant_is_refused(database: Database) -> None:
    """Its instant is not known, so nothing is stored."""
    with pytest.raises(StatementError, match="needs a time zone"):
        stored_and_read(database, SLOT.replace(tzinfo=None))
    with database.read() as session:
        assert session.connection().execute(HEARTBEAT.select()).all() == []


def test_instants_compare_in_the_database_as_in_python(database: Database) -> None:
    """With and without microseconds, written in any zone: the order is that of time."""
    base = SLOT.replace(microsecond=0)
    instants = [base - timedelta(microseconds=1), base, base + timedelta(microseconds=1)]
    zones = [timezone(timedelta(hours=hours)) for hours in (12, 0, -11)]
    with database.write() as session:
        for number, instant in enumerate(instants):
            heartbeats.record(session, str(number), "beat", instant.astimezone(zones[number]))
    with database.read() as session:
        query = HEARTBEAT.select().where(HEARTBEAT.c.at <= base).order_by(HEARTBEAT.c.at)
        assert [row.id for row in session.connection().execute(query)] == ["0", "1"]


def test_the_clock_is_the_databases_and_goes_forward(database: Database) -> None:
    """Aware, in UTC, near this machine's, never backwards, and moving within a transaction."""
    before = datetime.now(UTC)
    readings = [now(database) for _ in range(20)]
    with database.write() as session:
        readings.append(clock.now(session))
        time.sleep(0.02)
        readings.append(clock.now(session))
    assert {reading.tzinfo for reading in readings} == {UTC}
    assert readings == sorted(readings)
    assert readings[-1] - readings[-2] >= timedelta(milliseconds=15)
    slack = timedelta(milliseconds=2)  # SQLite's clock counts whole milliseconds
    assert before - slack <= readings[0] <= readings[-1] <= datetime.now(UTC) + slack
