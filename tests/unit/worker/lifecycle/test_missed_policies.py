"""Whole simulations with the other missed-slot policies: faults, outages, and legal ends."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import Database
from models.statuses import Desired, PostStatus
from tests.hypothesis_profiles import examples
from tests.unit.worker.lifecycle.call_faults import CallFault
from tests.unit.worker.lifecycle.invariants import check_invariants
from tests.unit.worker.lifecycle.post_simulation import PostSimulation
from tests.unit.worker.snapshot_builders import NOW
from worker.planner.policy import MissedPolicy

OTHERS = [MissedPolicy.NEXT_SLOT, MissedPolicy.PUBLISH_LATE]


@settings(deadline=None, max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=st.lists(st.sampled_from([*CallFault, *[CallFault.NO_FAULT] * 4]), max_size=40),
    desired=st.sampled_from(Desired),
    seconds=st.sampled_from([3, 8, 600, 200_000]),
    deliveries=st.integers(1, 2),
    files=st.integers(0, 1),
    missed=st.sampled_from(OTHERS),
)
def test_any_faults_come_to_a_legal_end(
    schema: Database,
    faults: list[CallFault],
    desired: Desired,
    seconds: int,
    deliveries: int,
    files: int,
    missed: MissedPolicy,
) -> None:
    """As with `hold`: a legal end, at most one publication, and true reasons."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(faults), slot_in=timedelta(seconds=seconds),
            deliveries=deliveries, files=files, missed=missed,
        )  # fmt: skip
        check_invariants(simulation, asyncio.run(simulation.run()))


def outage(simulation: PostSimulation, hours: int) -> Iterator[CallFault]:
    """Every call fails for so many hours, and then all calls work."""
    while True:
        away = simulation.now < NOW + timedelta(hours=hours)
        yield CallFault.UNREACHED if away else CallFault.NO_FAULT


@pytest.mark.parametrize("files", [0, 1])
@pytest.mark.parametrize("missed", list(MissedPolicy))
def test_a_long_outage_over_the_slot(schema: Database, missed: MissedPolicy, files: int) -> None:
    """Six hours, with the slot in the middle: held for a person, published at another slot, or
    late."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.SCHEDULED, iter(()), slot_in=timedelta(hours=3), files=files,
            missed=missed,
        )  # fmt: skip
        simulation.remote.faults = outage(simulation, 6)
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        held = missed is MissedPolicy.HOLD
        assert end.post.status is (PostStatus.MISSED if held else PostStatus.PUBLISHED)


@pytest.mark.parametrize("missed", list(MissedPolicy))
def test_an_outage_within_the_grace_costs_no_post(schema: Database, missed: MissedPolicy) -> None:
    """Ten minutes late is late, and with every policy the post is published."""
    with schema.read() as session:
        slot_in = timedelta(minutes=52)
        simulation = PostSimulation(
            session, Desired.SCHEDULED, iter(()), slot_in=slot_in, missed=missed
        )
        simulation.remote.faults = outage(simulation, 1)
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PUBLISHED
        assert simulation.now > NOW + slot_in


def test_a_grace_shorter_than_lateness_loses_nobody(schema: Database) -> None:
    """With a grace period of ten seconds, a post is missed before it is late: it is still
    published."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.SCHEDULED, iter(()), slot_in=timedelta(seconds=3),
            missed=MissedPolicy.PUBLISH_LATE,
        )  # fmt: skip
        simulation.policy = replace(simulation.policy, missed_grace=timedelta(seconds=10))
        simulation.now += timedelta(seconds=20)
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PUBLISHED


@pytest.mark.parametrize("missed", [MissedPolicy.HOLD, MissedPolicy.NEXT_SLOT])
def test_an_arrangement_that_comes_too_late_loses_nobody(
    schema: Database, missed: MissedPolicy
) -> None:
    """Planned within the grace period, but its queue is arranged after it: a legal end."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.SCHEDULED, iter(()), slot_in=timedelta(seconds=3), missed=missed
        )
        simulation.now += simulation.policy.missed_grace
        simulation.queue_delay = timedelta(seconds=5)
        check_invariants(simulation, asyncio.run(simulation.run()))
