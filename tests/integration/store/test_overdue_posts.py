"""Late posts get turns within their grace alone, and the length of their queue is known."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from models.database import Database
from models.ids import new_id
from models.posts import Delivery
from models.statuses import PostStatus
from models.store.posts.overdue_posts import LateQueue, late_queue
from models.store.tenants import social_settings
from models.tables import DELIVERY, POST
from scheduler.seating.late_posts import schedule_late_posts
from scheduler.seating.release_missed import release_missed_post
from scheduler.seating.scheduling_config import LateRules, SchedulingConfig
from tests.integration.store.row_factories import add_post
from tests.integration.store.row_factories import now as database_now

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GRACE = 15 * MINUTE
RULES = LateRules(spacing=MINUTE, late_after=MINUTE, grace=GRACE)


def arrange(database: Database, owner: str, now: datetime, rules: LateRules = RULES) -> int:
    """What the organization's queue job does at an instant."""
    with database.write() as session:
        settings = social_settings.lock_organization(session, owner)
        return schedule_late_posts(session, settings, now, rules)


def planned(database: Database) -> list[tuple[datetime, datetime]]:
    """(slot, turn) of each post that has a turn."""
    with database.read() as session:
        rows = session.connection().execute(
            POST.select().where(POST.c.late_at.is_not(None)).order_by(POST.c.late_at)
        )
        return [(row.scheduled_for, row.late_at) for row in rows]


def add_slots(database: Database, count: int) -> str:
    """An organization with a post each minute before noon; its id."""
    template = add_post(database).model_dump()
    ids = [new_id() for _ in range(count)]
    slots = [{"id": id_, "scheduled_for": NOON - number * MINUTE} for number, id_ in enumerate(ids)]
    deliveries = [Delivery(post_id=id_, platform="x").model_dump() for id_ in ids]
    with database.write() as session:
        session.connection().execute(insert(POST), [{**template, **each} for each in slots])
        session.connection().execute(insert(DELIVERY), deliveries)
    return str(template["organization_id"])


def test_an_outage_gives_no_turn_after_the_grace(database: Database) -> None:
    """However often turns are given while nothing can go out, none lies after slot + grace."""
    owner = add_slots(database, 40)
    rounds = [arrange(database, owner, NOON + minute * MINUTE) for minute in range(30)]
    assert any(rounds)
    turns = planned(database)
    assert all(turn <= slot + GRACE for slot, turn in turns)
    assert arrange(database, owner, NOON + 31 * MINUTE) == 0


def test_without_an_end_of_the_grace_every_post_gets_a_turn(database: Database) -> None:
    """With `publish_late` all of them go out, in the order of their slots, a spacing apart."""
    owner = add_slots(database, 40)
    endless = LateRules(spacing=MINUTE, late_after=MINUTE, grace=None)
    assert arrange(database, owner, NOON + 2 * MINUTE, endless) == 40
    turns = planned(database)
    assert [turn for _, turn in turns] == [NOON + (2 + each) * MINUTE for each in range(40)]
    assert [slot for slot, _ in turns] == sorted(slot for slot, _ in turns)


def test_a_turn_that_nobody_needs_is_free_again(database: Database) -> None:
    """Posts that were removed, or became missed, delay no other post."""
    owner = add_slots(database, 10)
    assert arrange(database, owner, NOON + 2 * MINUTE) == 10
    with database.write() as session:
        gone = update(POST).where(POST.c.scheduled_for < NOON).values(status=PostStatus.CANCELLED)
        session.connection().execute(gone)
    assert arrange(database, owner, NOON + 14 * MINUTE) == 1
    (_, turn), *_ = [each for each in planned(database) if each[0] == NOON]
    assert turn == NOON + 14 * MINUTE


def test_a_person_gives_a_post_a_new_grace(database: Database) -> None:
    """A missed post that is released is late again a minute later: it gets turns until the grace
    after its release has ended."""
    post = add_post(database, PostStatus.MISSED)
    with database.write() as session:
        settings = social_settings.lock_organization(session, post.organization_id)
        scheduling = SchedulingConfig(late_spacing=MINUTE)
        release_missed_post(session, settings, post.id, scheduling, next_slot=False)
    ((_, released),) = planned(database)
    assert arrange(database, post.organization_id, released + 2 * MINUTE) == 1
    assert [turn for _, turn in planned(database)] == [released + 2 * MINUTE]
    assert arrange(database, post.organization_id, released + 15 * MINUTE) == 1
    assert arrange(database, post.organization_id, released + 17 * MINUTE) == 0


@pytest.mark.parametrize("of_one", [True, False])
def test_the_length_of_the_queue(database: Database, of_one: bool) -> None:
    """The posts whose turn is ahead count, and the last turn is its end."""
    owner = add_slots(database, 5)
    arrange(database, owner, NOON + 2 * MINUTE)
    with database.read() as session:
        chosen = owner if of_one else None
        assert late_queue(session, NOON + 2 * MINUTE, chosen) == LateQueue(4, NOON + 6 * MINUTE)
        assert late_queue(session, NOON + 6 * MINUTE, chosen) == LateQueue()
        assert late_queue(session, database_now(database), "0" * 32) == LateQueue()
