"""Expanding rules: each slot fires once, with its job; an idle tick writes nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from models.database import Database, PollingConnection
from models.store.queue import queue_slots
from models.tables import FIRING, JOB, QUEUE_SLOT
from scheduler.beat import Ticker
from scheduler.expand import expand_due_rules
from tests.integration.scheduler.queue_factories import (
    LEAD,
    add_due_rules,
    add_organization,
    database_now,
    list_fired,
    rule_near,
)
from tests.integration.scheduler.test_dispatch import RecordingBroker

WEEK = timedelta(weeks=1)
RULES = 2_000


def naive(instant: datetime) -> datetime:
    """The naive UTC time, in whole minutes."""
    return instant.replace(tzinfo=None, second=0, microsecond=0)


def job_subjects(database: Database) -> list[tuple[str, str]]:
    """(kind, subject) of all jobs but those that sync accounts."""
    query = select(JOB.c.kind, JOB.c.subject_id).where(JOB.c.kind != "accounts")
    with database.read() as session:
        return [(row[0], row[1]) for row in session.connection().execute(query)]


def test_a_due_rule_fires_once_with_its_job(database: Database) -> None:
    """One firing, one due job, and the rule's next slot is a week later."""
    ((id_, local),) = add_due_rules(database, 1, naive(database_now(database) + LEAD / 2))
    assert expand_due_rules(database, LEAD) == 1
    assert expand_due_rules(database, LEAD) == 0
    assert list_fired(database) == [(id_, local)]
    with database.read() as session:
        connection = session.connection()
        firing = connection.execute(select(FIRING)).one()
        rule = connection.execute(select(QUEUE_SLOT)).one()
        job = connection.execute(select(JOB).where(JOB.c.kind == "firing")).one()
    assert (job.subject_id, job.wake_at) == (str(firing.id), firing.fired_at)
    assert firing.slot_at.replace(tzinfo=None) == local
    assert (rule.next_local_at, rule.next_slot_at) == (local + WEEK, firing.slot_at + WEEK)
    early = rule.next_slot_at - LEAD - rule.next_fire_at
    assert timedelta(0) <= early <= timedelta(minutes=10)


def test_a_rule_that_is_not_due_does_not_fire(database: Database) -> None:
    """A slot further away than the lead time does not open."""
    add_organization(database, [rule_near(database_now(database) + LEAD + timedelta(hours=1))])
    assert expand_due_rules(database, LEAD) == 0
    assert list_fired(database) == []


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("America/New_York", datetime(2026, 3, 8, 2, 30), "2026-03-15T06:30"),  # after a gap
        ("America/New_York", datetime(2026, 10, 25, 1, 30), "2026-11-01T05:30"),  # an overlap
        ("Pacific/Apia", datetime(2011, 12, 23, 9, 0), "2012-01-05T19:00"),  # a Friday was skipped
    ],
)
def test_the_next_slot_follows_the_local_date_and_not_the_instant(
    database: Database, zone: str, local: datetime, instant: str
) -> None:
    """Across a gap, an overlap and a missing date, the next slot follows the local date."""
    add_due_rules(database, 1, local, [zone])
    assert expand_due_rules(database, LEAD) == 1
    with database.read() as session:
        rule = session.connection().execute(select(QUEUE_SLOT)).one()
    weeks = 2 if zone == "Pacific/Apia" else 1
    assert rule.next_local_at == local + weeks * WEEK
    assert f"{rule.next_slot_at:%Y-%m-%dT%H:%M}" == instant


def test_parallel_beats_fire_each_of_2000_rules_once(database: Database) -> None:
    """Four beats at once: exactly one firing and one job for every rule and slot."""
    rules = add_due_rules(database, RULES, naive(database_now(database)) + timedelta(minutes=30))

    def due() -> set[tuple[int, datetime]]:
        now = naive(database_now(database))
        return {(id_, local) for id_, local in rules if local - LEAD <= now}

    due_before = due()
    barrier = threading.Barrier(4)

    def beat(_: int) -> int:
        barrier.wait()
        return sum(expand_due_rules(database, LEAD) for _ in range(4))

    with ThreadPoolExecutor(4) as pool:
        fired = sum(pool.map(beat, range(4)))
    firings = list_fired(database)
    assert len(set(firings)) == len(firings) == fired
    # A minute may begin while the beats run, and one more rule is due then.
    assert due_before <= set(firings) <= due()
    jobs = job_subjects(database)
    assert len(set(jobs)) == len(jobs) == len(firings)


def test_a_firing_that_exists_is_not_repeated(database: Database) -> None:
    """A rule that is set back to an opened slot (a clock that jumped) does not open it again."""
    ((id_, local),) = add_due_rules(database, 1, naive(database_now(database) + LEAD / 2))
    with database.read() as session:
        before = queue_slots.lock_due(session, database_now(database), 10)
    for _ in range(2):
        expand_due_rules(database, LEAD)
        with database.write() as session:
            (due,) = before
            values = {name: getattr(due, name) for name in ("next_local_at", "next_slot_at")}
            again = QUEUE_SLOT.update().values(**values, next_fire_at=due.next_slot_at - LEAD)
            session.connection().execute(again)
    assert list_fired(database) == [(id_, local)]
    assert len(job_subjects(database)) == 1


def test_an_idle_tick_writes_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing due a tick is one query, without a transaction."""
    add_organization(database, [rule_near(database_now(database) + 2 * LEAD)])
    with database.write() as session:
        session.connection().execute(JOB.update().values(wake_at=None))
    ticker, broker = Ticker(database, LEAD, max_sleep=1.0), RecordingBroker()
    ticker.run(broker)  # the first tick writes a heartbeat
    queries: list[str] = []
    fetch_row = PollingConnection.fetch_row

    def note(polling: PollingConnection, query: str) -> tuple[Any, ...]:
        queries.append(query)
        return fetch_row(polling, query)

    monkeypatch.setattr(PollingConnection, "fetch_row", note)
    others: list[object] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: others.append(given))
    assert ticker.run(broker) == 1.0
    ticker.close()
    assert (broker.messages, broker.checks) == ([], 0)
    assert [query.split()[0] for query in queries] == ["SELECT"]
    assert others == []
