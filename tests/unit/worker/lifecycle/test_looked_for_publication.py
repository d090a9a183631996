"""A provider without drafts that chooses the ids: after a lost answer the post is looked for, and
published at most once."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import Database
from models.posts import Delivery, Post
from models.statuses import DeliveryStatus, Desired, Intent, PostStatus
from tests.hypothesis_profiles import examples
from tests.unit.worker.lifecycle.call_faults import CallFault
from tests.unit.worker.lifecycle.invariants import check_invariants
from tests.unit.worker.lifecycle.looked_for_provider import (
    CannotList,
    LookedForProvider,
    PublishedBefore,
)
from tests.unit.worker.lifecycle.post_simulation import PostSimulation
from worker.adoption import SAME_TEXT
from worker.planner.policy import MissedPolicy

# A frozen worker sends nothing when it wakes up: the provider looks at the end of its claim.
STALLS = (CallFault.STALL, CallFault.STALL_LONG, CallFault.STALL_DAYS)
FAULTS = [*(each for each in CallFault if each not in STALLS), *[CallFault.NO_FAULT] * 6]


@pytest.mark.parametrize(
    "fault",
    [
        CallFault.LOST, CallFault.NOTHING, CallFault.LATE, CallFault.UNREACHED,
        CallFault.DEATH_BEFORE, CallFault.DEATH_AFTER,
    ],
)  # fmt: skip
def test_whatever_was_lost_it_is_published_once(schema: Database, fault: CallFault) -> None:
    """The post is found where the call arrived, and published again where it did not: not before
    the settle time, because a call that is late is no lost one."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.PUBLISHED_NOW, iter([fault]), provider=LookedForProvider
        )
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PUBLISHED
        (delivery,) = end.deliveries
        assert delivery.remote_id == simulation.remote.rows[0].id
        assert delivery.sent_version == 1


@settings(deadline=None, max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=st.lists(st.sampled_from(FAULTS), max_size=40),
    desired=st.sampled_from(Desired),
    seconds=st.sampled_from([3, 30, 3600]),
    deliveries=st.integers(1, 2),
    missed=st.sampled_from(MissedPolicy),
)
def test_any_faults_come_to_a_legal_end(
    schema: Database,
    faults: list[CallFault],
    desired: Desired,
    seconds: int,
    deliveries: int,
    missed: MissedPolicy,
) -> None:
    """Lost, late and refused calls and killed workers in any order: a legal end, published at most
    once, and what is called missed or failed is not out."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(faults), slot_in=timedelta(seconds=seconds),
            deliveries=deliveries, missed=missed, provider=LookedForProvider,
        )  # fmt: skip
        check_invariants(simulation, asyncio.run(simulation.run()))


def test_a_list_that_cannot_be_read_is_for_a_person(schema: Database) -> None:
    """Nobody can tell whether it went out, so it is not published again."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.PUBLISHED_NOW, iter([CallFault.NOTHING]), provider=CannotList
        )
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.UNKNOWN
        assert simulation.remote.ledger == []


def add_other(simulation: PostSimulation, **columns: object) -> None:
    """Another post's delivery with the same text on the same account, as the database has it."""
    end = simulation.snapshot().deliveries[0]
    other = PostSimulation(
        simulation.session, Desired.PUBLISHED_NOW, iter(()), provider=LookedForProvider
    )
    post = simulation.session.get_one(Post, other.post.id)
    post.organization_id = simulation.post.organization_id
    row = simulation.session.get_one(Delivery, other.deliveries[0].id)
    row.account_id = end.account_id
    for name, value in columns.items():
        setattr(row, name, value)
    simulation.session.flush()


def test_what_another_post_has_is_not_adopted(schema: Database) -> None:
    """The only post with this text belongs to another delivery: this one was never sent, and is
    published."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.PUBLISHED_NOW, iter([CallFault.NOTHING]), provider=PublishedBefore
        )
        add_other(simulation, remote_id="before", status=DeliveryStatus.PUBLISHED)
        end = asyncio.run(simulation.run())
        assert end.post.status is PostStatus.PUBLISHED
        assert end.deliveries[0].remote_id not in (None, "before")
        check_invariants(simulation, end)


def test_two_that_say_the_same_at_once_are_for_a_person(schema: Database) -> None:
    """Another delivery with the same text may have published what is found: nobody guesses."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.PUBLISHED_NOW, iter([CallFault.LOST]), provider=LookedForProvider
        )
        add_other(simulation, intent=Intent.PUBLISH_NOW, intent_at=simulation.now)
        end = asyncio.run(simulation.run())
        assert end.post.status is PostStatus.UNKNOWN
        assert end.deliveries[0].error == SAME_TEXT
        assert len(simulation.remote.ledger) == 1
