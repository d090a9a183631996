"""Seating the backlog: which seats are free, their order, and which posts get none."""

from datetime import datetime, timedelta

from sqlmodel import select

from models.database import Database
from models.posts import Post
from models.queue_slots import QueueSlot
from models.store import clock
from models.store.posts import posts
from models.store.queue import seats
from models.store.tenants import social_settings
from scheduler.recurrence.occurrences import Rule, occurrences
from scheduler.seating.free_seats import find_free_seats, next_free_slots
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


def two_zones(at: datetime) -> list[Rule]:
    """Rules whose slots alternate: hours from now in Kathmandu, and between them in New York."""
    return [
        rule_near(at + 2 * HOUR, "Asia/Kathmandu"),
        rule_near(at + 3 * HOUR, "America/New_York"),
        rule_near(at + 50 * HOUR, "Asia/Kathmandu"),
    ]


def first_slots(rules: list[Rule], after: datetime, count: int) -> list[datetime]:
    """The instants of the first slots of all rules, computed one rule at a time."""
    instants = []
    for rule in rules:
        stream = occurrences(rule, after)
        instants += [next(stream).at for _ in range(count)]
    return sorted(instants)[:count]


def test_seats_fill_earliest_first(database: Database) -> None:
    """A slot is full before the next one gets a post; slots of both zones are in time order."""
    at = database_now(database)
    rules = two_zones(at)
    organization = add_organization(database, rules, per_slot=2)
    queued = [queue_post(database, organization) for _ in range(9)]
    instants = [instant for instant in first_slots(rules, at, 5) for _ in range(2)][:9]
    assert [post.scheduled_for for post in queued] == instants
    taken = list_taken_seats(database, organization)
    assert [seat.slot_at for seat in taken] == instants
    assert [seat.number for seat in taken] == [0, 1] * 4 + [0]
    assert [seat.post_id for seat in taken] == [post.id for post in queued]
    assert all(instant > at for instant in instants)


def test_a_seated_post_stores_its_local_time_and_its_opening(database: Database) -> None:
    """The local date and time beside the instant, and an opening one lead time before the slot."""
    at = database_now(database)
    organization = add_organization(database, [rule_near(at + 72 * HOUR, "Asia/Kathmandu")])
    id_ = queue_post(database, organization).id
    with database.read() as session:
        post = session.exec(select(Post).where(Post.id == id_)).one()
    assert post.scheduled_for is not None
    assert post.opens_at is not None
    assert post.local_at == post.scheduled_for.replace(tzinfo=None) + timedelta(hours=5, minutes=45)
    assert (post.timezone, post.status) == ("Asia/Kathmandu", "scheduled")
    early = post.scheduled_for - LEAD - post.opens_at
    assert timedelta(0) <= early <= timedelta(minutes=10)


def test_a_released_seat_is_used_again(database: Database) -> None:
    """A released seat goes to the next post, before any later slot."""
    organization = add_organization(database, two_zones(database_now(database)), per_slot=2)
    queued = [queue_post(database, organization) for _ in range(6)]
    with database.write() as session:
        seats.release_seats(session, queued[2].id)
    newcomer = queue_post(database, organization)
    assert newcomer.scheduled_for == queued[2].scheduled_for
    assert len(list_taken_seats(database, organization)) == 6


def test_the_backlog_goes_before_newcomers(database: Database) -> None:
    """Posts that waited for a rule get its first seats, in their order; the new post is last."""
    organization = add_organization(database)
    waiting = [queue_post(database, organization, str(number)) for number in range(3)]
    assert {post.status for post in waiting} == {"backlog"}
    write_rules(database, organization, [rule_near(database_now(database) + HOUR)])
    newcomer = queue_post(database, organization)
    seated = [seat.post_id for seat in list_taken_seats(database, organization)]
    assert seated == [post.id for post in [*waiting, newcomer]]


def test_nothing_is_seated_beyond_the_horizon(database: Database) -> None:
    """A weekly rule has 52 slots ahead; later posts wait in the backlog."""
    at = database_now(database)
    organization = add_organization(database, [rule_near(at + HOUR)])
    queued = [queue_post(database, organization) for _ in range(55)]
    assert [post.status for post in queued] == ["scheduled"] * 52 + ["backlog"] * 3
    assert (
        list_taken_seats(database, organization)[-1].slot_at
        <= database_now(database) + SCHEDULING.horizon
    )


def test_a_slot_at_its_own_instant_has_no_free_seat(database: Database) -> None:
    """Free seats are strictly in the future, to the microsecond."""
    slot = database_now(database).replace(second=0, microsecond=0) + HOUR
    organization = add_organization(database, [rule_near(slot)])
    with database.read() as session:
        settings = social_settings.read_settings(session, organization)
        for moment, first in ((-1, slot), (0, slot + timedelta(weeks=1))):
            at = slot + timedelta(microseconds=moment)
            assert next(find_free_seats(session, settings, at, SCHEDULING)).slot.at == first
            assert next_free_slots(session, settings, at, SCHEDULING, 1) == [first]


def test_an_inactive_rule_has_no_free_seats(database: Database) -> None:
    """A removed rule gives no seats; posts that are seated there keep their seats."""
    at = database_now(database)
    early, late = rule_near(at + HOUR), rule_near(at + 2 * HOUR)
    organization = add_organization(database, [early, late])
    first = queue_post(database, organization)
    write_rules(database, organization, [late])
    second = queue_post(database, organization)
    assert first.scheduled_for is not None
    assert second.scheduled_for == first.scheduled_for + HOUR
    with database.write() as session:
        assert posts.get(session, organization, first.id) is not None
        rows = session.exec(select(QueueSlot)).all()
        assert clock.now(session) < first.scheduled_for
    assert sorted(row.is_active for row in rows) == [False, True]
    assert [row.next_fire_at for row in rows if not row.is_active] == [None]
