"""Publishes of one organization that wait are accepted together."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import event, func, select

from models.actors import SLOTBEAT
from models.database import Database
from models.posts import Post
from models.store.posts import history, posts
from models.store.tenants import social_settings
from models.store.tenants.api_keys import actor_of
from models.tables import POST
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import parse_cron
from services.errors import QuotaReached, ServiceError, ValidationFailed
from services.inputs.post_bodies import PublishBody
from services.posts.publish import AcceptedPost, PostRequest
from services.posts.publish_queue import PublishQueue, Result, accept_group
from services.quotas import Quotas
from tests.integration.scheduler.queue_factories import add_organization, list_taken_seats
from tests.service_context import build_test_context

HOURLY = [Rule(parse_cron("0 * * * *"), "UTC")]
# On SQLite each table has an INSERT of its own: post, delivery, seat, attempt, job.
STATEMENTS = {"postgresql": 6, "sqlite": 10}


def text(caption: str = "Hello", **values: object) -> PublishBody:
    """A text post for the next slot."""
    return PublishBody.model_validate({"postType": "text", "caption": caption, **values})


def stored_posts(database: Database, organization_id: str) -> list[Post]:
    """The organization's posts, oldest first."""
    with database.read() as session:
        return posts.list_recent(session, organization_id)[::-1]


def accept(
    database: Database, organization_id: str, *bodies: PublishBody, quota: int = 0
) -> list[Result]:
    """What becomes of these requests in one group."""
    context = build_test_context(database, quotas=Quotas(open_posts=quota))
    return accept_group(context, organization_id, [PostRequest(body) for body in bodies])


@contextmanager
def counted(database: Database, name: str) -> Iterator[list[str]]:
    """Collects an entry for each event of this name at the database's engine."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(database.engine, name, note)
    try:
        yield seen
    finally:
        event.remove(database.engine, name, note)


@pytest.mark.parametrize("together", [1, 8])
def test_a_group_needs_no_more_statements_than_one_publish(
    database: Database, together: int
) -> None:
    """One publish needs six statements on PostgreSQL, and eight together need no more."""
    organization_id = add_organization(database, HOURLY, per_slot=8)
    accept(database, organization_id, text())  # inserts what an organization has but once
    accept(database, organization_id, *[text()] * 7)
    with counted(database, "before_cursor_execute") as statements:
        results = accept(database, organization_id, *[text()] * together)
    assert all(isinstance(each, AcceptedPost) for each in results)
    sent = [each for each in statements if not each.startswith("BEGIN")]
    assert len(sent) == STATEMENTS[database.engine.dialect.name], sent


def test_each_post_of_a_group_is_its_writers(database: Database) -> None:
    """The posts of a group have different writers; who accepts them is none of them. A seat is
    given by Slotbeat."""
    organization_id = add_organization(database, HOURLY, per_slot=8)
    writers = [str(actor_of(f"{number}", name, ())) for number, name in enumerate(("Ana", "Bo"))]
    requests = [PostRequest(text(), by=writer) for writer in writers]
    accept_group(build_test_context(database), organization_id, requests)
    stored = stored_posts(database, organization_id)
    assert [post.created_by for post in stored] == writers
    for post, writer in zip(stored, writers, strict=True):
        with database.read() as session:
            entries = history.list_for_post(session, post.id)
        by_step = {each.step: each.actor for each in entries}
        assert by_step == {"accept": writer, "seat": str(SLOTBEAT)}


def test_a_group_gets_the_seats_of_its_order(database: Database) -> None:
    """The posts of a group get the seats in their order, and the answers say which."""
    organization_id = add_organization(database, HOURLY, per_slot=2)
    results = accept(database, organization_id, *(text(f"Post {n}") for n in range(5)))
    seats = list_taken_seats(database, organization_id)
    stored = stored_posts(database, organization_id)
    assert [each.caption for each in stored] == [f"Post {n}" for n in range(5)]
    assert [each.post_id for each in seats] == [each.id for each in stored]
    assert [each.scheduled_for for each in stored] == [each.slot_at for each in seats]
    answered = [each.post for each in results if isinstance(each, AcceptedPost)]
    assert [(each.id, each.scheduled_for) for each in answered] == [
        (each.id, each.scheduled_for) for each in stored
    ]


def test_a_refused_post_leaves_the_others(database: Database) -> None:
    """Each request of a group gets its own answer, and its own error."""
    organization_id = add_organization(database, HOURLY)
    bodies = [text("a"), text(accountIds=["0" * 32]), text("b"), text("c"), text("d")]
    results = accept(database, organization_id, *bodies, quota=3)
    kinds = [AcceptedPost, ValidationFailed, AcceptedPost, AcceptedPost, QuotaReached]
    assert [type(each) for each in results] == kinds
    assert [each.caption for each in stored_posts(database, organization_id)] == ["a", "b", "c"]


def test_a_post_that_fails_the_transaction_leaves_the_others(database: Database) -> None:
    """Where the database refuses a post, the others of its group are accepted without it."""
    organization_id = add_organization(database, HOURLY)
    impossible = text().model_copy(update={"caption": "\ud800"})  # no database takes half a pair
    results = accept(database, organization_id, text("a"), impossible, text("b"))
    assert [isinstance(each, AcceptedPost) for each in results] == [True, False, True]
    assert isinstance(results[1], Exception)
    assert not isinstance(results[1], ServiceError)
    assert [each.caption for each in stored_posts(database, organization_id)] == ["a", "b"]


def test_the_same_key_twice_in_a_group_is_one_post(database: Database) -> None:
    """Two requests of a group with one row key get the same post."""
    organization_id = add_organization(database)
    context = build_test_context(database)
    requests = [PostRequest(text(), "key"), PostRequest(text(), "key"), PostRequest(text())]
    results = accept_group(context, organization_id, requests)
    first, second, other = (each.post.id for each in results if isinstance(each, AcceptedPost))
    assert first == second != other
    assert len(stored_posts(database, organization_id)) == 2


async def publish_behind_lock(
    database: Database, organization_id: str, waiting: int, hung_up: Sequence[int] = ()
) -> None:
    """Publish once while another transaction has the organization's lock, and `waiting` times more
    behind that; of these, some hang up while they wait."""
    queue = PublishQueue(build_test_context(database))
    with database.write() as session:
        social_settings.lock_organization(session, organization_id)
        tasks = [asyncio.create_task(queue.accept(organization_id, text("first"), None))]
        await asyncio.sleep(0)  # the request begins to wait
        await asyncio.sleep(0)  # it is taken
        tasks += [
            asyncio.create_task(queue.accept(organization_id, text(str(number)), None))
            for number in range(waiting)
        ]
        await asyncio.sleep(0)  # they wait
        for number in hung_up:
            tasks[number + 1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_waiting_publishes_take_one_connection(database: Database) -> None:
    """While one publish waits for the organization's lock, all that come then wait without a
    connection, and are accepted over one."""
    organization_id = add_organization(database, HOURLY)
    with counted(database, "checkout") as connections:
        asyncio.run(publish_behind_lock(database, organization_id, waiting=20))
    assert len(connections) == 3  # of the lock, of the first, and of the 20
    stored = [each.caption for each in stored_posts(database, organization_id)]
    assert stored == ["first", *map(str, range(20))]


def test_who_hangs_up_while_waiting_publishes_nothing(database: Database) -> None:
    """A request that ends before its group begins makes no post; the others of the group do."""
    organization_id = add_organization(database, HOURLY)
    asyncio.run(publish_behind_lock(database, organization_id, waiting=3, hung_up=[1]))
    stored = [each.caption for each in stored_posts(database, organization_id)]
    assert stored == ["first", "0", "2"]


def test_a_busy_organization_leaves_connections_to_others(postgres_database: Database) -> None:
    """While 100 publishes of one organization wait for its lock, another one's is accepted."""
    busy, other = (add_organization(postgres_database, HOURLY) for _ in range(2))
    queue = PublishQueue(build_test_context(postgres_database))

    async def publish() -> None:
        with postgres_database.write() as session:
            social_settings.lock_organization(session, busy)
            waiting = [asyncio.create_task(queue.accept(busy, text(), None)) for _ in range(100)]
            await queue.accept(other, text(), None)
            assert not any(each.done() for each in waiting)
        await asyncio.gather(*waiting)

    asyncio.run(publish())
    with postgres_database.read() as session:
        counts = select(POST.c.organization_id, func.count()).group_by(POST.c.organization_id)
        found = {row[0]: row[1] for row in session.connection().execute(counts)}
    assert found == {busy: 100, other: 1}
