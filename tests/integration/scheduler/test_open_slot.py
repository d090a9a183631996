"""Opening slots: a firing seats the backlog. Replacing rules: rows and firings stay."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select

from models.database import Database
from models.store.jobs import job_queue
from models.store.queue import queue_slots
from models.tables import FIRING, JOB
from models.task_names import JobKind
from scheduler.expand import expand_due_rules
from scheduler.seating.seat_backlog import seat_backlog_for_slot
from tests.integration.scheduler.queue_factories import (
    LEAD,
    SCHEDULING,
    add_organization,
    database_now,
    list_taken_seats,
    queue_post,
    rule_near,
    write_rules,
)

HOUR = timedelta(hours=1)


def rows(database: Database, organization_id: str) -> dict[str, tuple[int | None, bool]]:
    """(id, is active) of each rule, by its text."""
    with database.read() as session:
        found = queue_slots.list_all(session, organization_id)
        return {row.rule: (row.id, row.is_active) for row in found}


def add_firing(database: Database, organization_id: str, slot: datetime) -> int:
    """Insert a firing of the organization's rule for a slot; returns its id."""
    with database.write() as session:
        (rule,) = queue_slots.list_active(session, organization_id)
        values = {
            "queue_slot_id": rule.id,
            "local_at": slot.replace(tzinfo=None),
            "slot_at": slot,
            "fired_at": slot - LEAD,
        }
        result = session.connection().execute(insert(FIRING).values(values).returning(FIRING.c.id))
        return int(result.scalar_one())


@pytest.mark.parametrize("late", [timedelta(0), timedelta(microseconds=1), timedelta(days=9)])
def test_a_firing_at_or_past_its_slot_seats_nobody(database: Database, late: timedelta) -> None:
    """A job that runs at the slot's instant or later seats nobody; a moment earlier it seats."""
    organization = add_organization(database)
    waiting = queue_post(database, organization)
    slot = database_now(database).replace(second=0, microsecond=0) + HOUR
    write_rules(database, organization, [rule_near(slot)])
    firing = add_firing(database, organization, slot)
    with database.write() as session:
        assert seat_backlog_for_slot(session, firing, slot + late, SCHEDULING) == 0
    assert list_taken_seats(database, organization) == []
    with database.write() as session:
        at = slot - timedelta(microseconds=1)
        assert seat_backlog_for_slot(session, firing, at, SCHEDULING) == 1
    (seat,) = list_taken_seats(database, organization)
    assert (seat.post_id, seat.slot_at) == (waiting.id, slot)


def test_an_opened_slot_seats_the_backlog_and_wakes_its_jobs(database: Database) -> None:
    """From the firing to the seats: oldest post first; the jobs of the seated posts are due."""
    organization = add_organization(database, per_slot=2)
    waiting = [queue_post(database, organization) for _ in range(3)]
    with database.write() as session:
        session.connection().execute(JOB.update().values(wake_at=None))
    write_rules(database, organization, [rule_near(database_now(database) + HOUR)])
    assert expand_due_rules(database, LEAD) == 1
    with database.read() as session:
        firing = session.connection().execute(select(FIRING.c.id)).scalar_one()
        before = job_queue.id_of(session, JobKind.FIRING, str(firing))
    with database.write() as session:
        assert seat_backlog_for_slot(session, firing, database_now(database), SCHEDULING) == 3
    taken = list_taken_seats(database, organization)
    assert [seat.post_id for seat in taken] == [post.id for post in waiting]
    assert [seat.number for seat in taken] == [0, 1, 0]
    with database.read() as session:
        query = select(JOB.c.subject_id).where(JOB.c.wake_at.is_not(None), JOB.c.id != before)
        woken = session.connection().execute(query).scalars().all()
    assert sorted(woken) == sorted(post.id for post in waiting)


def test_rules_that_do_not_change_keep_their_rows(database: Database) -> None:
    """Rewritten, removed, added again: the same day, time and zone is always the same row."""
    at = database_now(database)
    one, two, three = (rule_near(at + hours * HOUR) for hours in (30, 31, 32))
    organization = add_organization(database, [one, two])
    before = rows(database, organization)
    write_rules(database, organization, [three, two])
    between = rows(database, organization)
    assert between[str(two.pattern)] == before[str(two.pattern)]
    assert between[str(one.pattern)] == (before[str(one.pattern)][0], False)
    write_rules(database, organization, [one, two, two])
    after = rows(database, organization)
    assert {clock: id_ for clock, (id_, _) in after.items()} == {
        clock: id_ for clock, (id_, _) in between.items()
    }
    active = {str(one.pattern): True, str(two.pattern): True, str(three.pattern): False}
    assert {clock: is_active for clock, (_, is_active) in after.items()} == active


def test_rewriting_rules_opens_no_slot_twice(database: Database) -> None:
    """A rule that is removed and added again after it fired does not fire for the same slot."""
    rule = rule_near(database_now(database) + HOUR)
    organization = add_organization(database, [rule])
    assert expand_due_rules(database, LEAD) == 1
    write_rules(database, organization, [])
    assert expand_due_rules(database, LEAD) == 0
    write_rules(database, organization, [rule])
    expand_due_rules(database, LEAD)
    with database.read() as session:
        found = session.connection().execute(select(FIRING.c.slot_at)).scalars().all()
    assert len(found) == 1
