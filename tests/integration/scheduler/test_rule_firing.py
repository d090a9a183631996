"""Beat with cron rules across DST changes, blackouts, pause, and changes of rules."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from models.database import Database
from models.store import clock
from models.store.tenants import social_settings
from models.tables import FIRING, QUEUE_SLOT
from scheduler.expand import expand_due_rules
from scheduler.recurrence.dst_policy import resolve_local_time
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_cron
from scheduler.seating.pause import set_paused
from tests.integration.scheduler.queue_factories import (
    LEAD,
    SCHEDULING,
    add_organization,
    database_now,
    list_fired,
    rule_near,
    write_rules,
)

NEW_YORK = "America/New_York"
HOUR = timedelta(hours=1)


def set_next(database: Database, local: datetime, zone: str) -> None:
    """Set every rule back to this slot, as if no beat had run since."""
    slot = resolve_local_time(local, zone)
    assert slot is not None
    values = {"next_local_at": local, "next_slot_at": slot.at, "next_fire_at": slot.at - LEAD}
    with database.write() as session:
        session.connection().execute(update(QUEUE_SLOT).values(values))


def fire_until(database: Database, end: datetime) -> list[tuple[datetime, datetime]]:
    """Expand until the rule's next slot is at `end` or later; (local, instant) of the firings."""
    for _ in range(500):
        expand_due_rules(database, LEAD)
        with database.read() as session:
            upcoming = session.connection().scalar(select(QUEUE_SLOT.c.next_slot_at))
        if upcoming is None or upcoming >= end:
            break
    with database.read() as session:
        query = select(FIRING.c.local_at, FIRING.c.slot_at).order_by(FIRING.c.id)
        firings = [(row[0], row[1]) for row in session.connection().execute(query)]
    return [each for each in firings if each[1] < end]


@pytest.mark.parametrize("start", [datetime(2026, 3, 7), datetime(2026, 10, 31)])
def test_a_cron_rule_fires_each_local_time_once_across_a_dst_change(
    database: Database, start: datetime
) -> None:
    """Every hour at :30: 24 local times a date, each once, whether the date has 23 hours or 25."""
    add_organization(database, [Rule(parse_cron("30 * * * *"), NEW_YORK)])
    first = start.replace(minute=30)
    set_next(database, first, NEW_YORK)
    until = resolve_local_time(start + timedelta(days=3), NEW_YORK)
    assert until is not None
    found = fire_until(database, until.at)
    local_times = sorted(local for local, _ in found)
    assert local_times == [first + hour * HOUR for hour in range(72)]
    instants = [at for _, at in found]
    assert instants == sorted(instants)
    for local, at in found:
        assert at == resolve_local_time(local, NEW_YORK)[1]  # type: ignore[index]


def test_a_gap_and_an_overlap_fire_at_the_known_instants(database: Database) -> None:
    """02:30 on 8 March moves to 03:30 EDT."""
    add_organization(database, [Rule(parse_cron("30 2 * * *"), NEW_YORK)])
    set_next(database, datetime(2026, 3, 7, 2, 30), NEW_YORK)
    found = fire_until(database, datetime(2026, 3, 10, tzinfo=UTC))
    assert [f"{at:%d %H:%M}" for _, at in found] == ["07 07:30", "08 07:30", "09 06:30"]
    assert [local.day for local, _ in found] == [7, 8, 9]


def test_blackout_dates_get_no_firing(database: Database) -> None:
    """The rule skips these dates and continues after them."""
    organization = add_organization(database, [Rule(parse_cron("0 9 * * *"), NEW_YORK)])
    set_next(database, datetime(2026, 5, 1, 9), NEW_YORK)
    with database.write() as session:
        settings = social_settings.lock_organization(session, organization)
        settings.blackouts = [["2026-05-02", "2026-05-02"], ["2026-05-04", "2026-05-06"]]
        session.add(settings)
    found = fire_until(database, datetime(2026, 5, 9, tzinfo=UTC))
    assert [local.date() for local, _ in found] == [date(2026, 5, day) for day in (1, 3, 7, 8)]


def test_a_paused_queue_fires_nothing_until_it_is_resumed(database: Database) -> None:
    """While paused no rule is due; after resuming, the next slot fires at the next tick, once."""
    organization = add_organization(database, [rule_near(database_now(database) + HOUR)])
    set_queue_paused(database, organization, paused=True)
    assert expand_due_rules(database, LEAD) == 0
    set_queue_paused(database, organization, paused=False)
    assert expand_due_rules(database, LEAD) == 1
    for paused in (True, False):
        set_queue_paused(database, organization, paused=paused)
    expand_due_rules(database, LEAD)
    assert len(list_fired(database)) == 1


def set_queue_paused(database: Database, organization_id: str, *, paused: bool) -> None:
    """Pause or resume the queue."""
    with database.write() as session:
        settings = social_settings.lock_organization(session, organization_id)
        set_paused(session, settings, clock.now(session), SCHEDULING, paused=paused)


def test_new_and_changed_rules_take_effect_at_the_next_tick(database: Database) -> None:
    """Without a restart or reload: the next tick reads what was committed."""
    organization = add_organization(database)
    assert expand_due_rules(database, LEAD) == 0
    write_rules(database, organization, [rule_near(database_now(database) + HOUR)])
    assert expand_due_rules(database, LEAD) == 1
    write_rules(database, organization, [rule_near(database_now(database) + 2 * HOUR)])
    assert expand_due_rules(database, LEAD) == 1
    write_rules(database, organization, [])
    assert expand_due_rules(database, LEAD) == 0
    assert len(list_fired(database)) == 2
