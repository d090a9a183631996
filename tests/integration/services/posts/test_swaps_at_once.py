"""Many threads exchange the slots of the same posts, while others queue, move and remove posts."""

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from models.database import Database
from models.posts import Post
from models.store import clock
from services.context import AppContext
from services.errors import Conflict
from services.inputs.post_bodies import MoveBody, SwapBody
from services.posts.lookup import lock_post
from services.posts.move import move
from services.posts.remove import remove
from services.posts.swap import swap
from tests.integration.scheduler.queue_factories import (
    SCHEDULING,
    add_organization,
    database_now,
    list_taken_seats,
    queue_post,
    rule_near,
)
from tests.service_context import build_test_context

PER_SLOT, POSTS, THREADS, ACTIONS = 2, 12, 4, 12


@pytest.mark.servers  # the rows are locked on PostgreSQL alone
def test_swaps_at_once_lose_nothing_and_overbook_nothing(postgres_database: Database) -> None:
    """Every scheduled post has one seat, at its own instant; no seat has two posts and no slot more
    than its places; the posts that were only exchanged have the same slots together."""
    at = database_now(postgres_database)
    rules = [rule_near(at + timedelta(hours=hours)) for hours in (30, 60, 90)]
    organization = add_organization(postgres_database, rules, PER_SLOT)
    context = build_test_context(postgres_database, SCHEDULING)
    ids = [queue_post(postgres_database, organization).id for _ in range(POSTS)]
    slots = sorted(each.slot_at for each in list_taken_seats(postgres_database, organization))
    _run(lambda rng: _swap(context, organization, *rng.sample(ids, 2)))
    _check(postgres_database, organization)
    seats = list_taken_seats(postgres_database, organization)
    assert sorted(each.slot_at for each in seats) == slots
    assert {each.post_id for each in seats} == set(ids)
    _run(lambda rng: _any_action(context, organization, ids, rng))
    _check(postgres_database, organization)


def _run(action: Callable[[random.Random], None]) -> None:
    def repeat(seed: int) -> None:
        rng = random.Random(seed)
        for _ in range(ACTIONS):
            action(rng)

    with ThreadPoolExecutor(THREADS) as executor:
        list(executor.map(repeat, range(THREADS)))


def _swap(context: AppContext, organization: str, post_id: str, other: str) -> None:
    swap(context, organization, post_id, SwapBody.model_validate({"with": other}))


def _any_action(context: AppContext, organization: str, ids: list[str], rng: random.Random) -> None:
    """One of the changes that people make; a refusal is none."""
    kind, post_id = rng.randrange(10), rng.choice(ids)
    try:
        if kind == 0:
            ids.append(queue_post(context.database, organization).id)
        elif kind == 1:
            with context.database.write() as session:
                found = lock_post(session, organization, post_id, None)
                remove(session, context, found, clock.now(session))
        elif kind < 4:
            _move_beyond(context, organization, post_id, rng)
        else:
            other = rng.choice([each for each in ids if each != post_id])
            _swap(context, organization, post_id, other)
    except Conflict:
        pass


def _move_beyond(context: AppContext, organization: str, post_id: str, rng: random.Random) -> None:
    """Move a post to the slot of another one, some weeks later."""
    with context.database.write() as session:
        found = lock_post(session, organization, post_id, None)
        at = rng.choice(_scheduled(session, organization)).scheduled_for
        assert at is not None
        slot = (at + timedelta(weeks=rng.randrange(3))).isoformat()
        move(session, context, found, MoveBody(slot=slot), clock.now(session))


def _scheduled(session: Session, organization: str) -> list[Post]:
    query = select(Post).where(Post.organization_id == organization, Post.status == "scheduled")
    return list(session.exec(query.order_by(col(Post.id))))


def _check(database: Database, organization: str) -> None:
    seats = list_taken_seats(database, organization)
    places = [(each.queue_slot_id, each.local_at, each.number) for each in seats]
    assert len(set(places)) == len(places)
    assert {each.number for each in seats} <= set(range(PER_SLOT))
    with database.read() as session:
        posts = {each.id: each.scheduled_for for each in _scheduled(session, organization)}
    assert {each.post_id: each.slot_at for each in seats} == posts
    assert len(seats) == len(posts)
