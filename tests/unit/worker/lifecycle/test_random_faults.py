"""Any sequence of faults: every post comes to a legal end, and no delivery is published twice."""

import asyncio
from datetime import timedelta
from itertools import repeat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import Database
from models.statuses import DeliveryStatus, Desired, PostStatus
from tests.hypothesis_profiles import examples
from tests.unit.worker.lifecycle.call_faults import CallFault
from tests.unit.worker.lifecycle.invariants import check_invariants
from tests.unit.worker.lifecycle.post_simulation import PostSimulation

D = DeliveryStatus
SECONDS = st.sampled_from([3, 8, 30, 600, 3600, 200_000])


@settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=st.lists(st.sampled_from([*CallFault, *[CallFault.NO_FAULT] * 6]), max_size=40),
    desired=st.sampled_from(Desired),
    seconds=SECONDS,
    deliveries=st.integers(1, 2),
    files=st.integers(0, 1),
    jitter=st.sampled_from([0.0, 0.3, 0.999]),
)
def test_any_faults_come_to_a_legal_end(
    schema: Database,
    faults: list[CallFault],
    desired: Desired,
    seconds: int,
    deliveries: int,
    files: int,
    jitter: float,
) -> None:
    """Lost, late and refused calls, killed workers and 429s in any order: a legal end, published at
    most once."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(faults), slot_in=timedelta(seconds=seconds),
            deliveries=deliveries, files=files, jitter=jitter,
        )  # fmt: skip
        check_invariants(simulation, asyncio.run(simulation.run()))


@pytest.mark.parametrize("seconds", [3, 8, 3600, 200_000])
@pytest.mark.parametrize("desired", list(Desired))
def test_without_faults_all_is_published(schema: Database, desired: Desired, seconds: int) -> None:
    """The model is correct: without faults every post is published, at its slot and once."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(()), slot_in=timedelta(seconds=seconds), deliveries=2, files=1
        )
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        is_draft = desired is Desired.DRAFT
        assert end.post.status is (PostStatus.DRAFT if is_draft else PostStatus.PUBLISHED)
        assert {each.status for each in end.deliveries} == {D.CREATED if is_draft else D.PUBLISHED}


@pytest.mark.parametrize("fault", [kind for kind in CallFault if kind is not CallFault.NO_FAULT])
@pytest.mark.parametrize("desired", list(Desired))
def test_endless_faults_come_to_an_end(
    schema: Database, desired: Desired, fault: CallFault
) -> None:
    """If every call fails in the same way for ever, the post still ends, with a reason."""
    if desired is Desired.DRAFT and fault in (CallFault.BUSY, CallFault.BUSY_LONG):
        return  # being blocked costs nothing, and a draft has no slot to miss
    with schema.read() as session:
        simulation = PostSimulation(session, desired, repeat(fault), slot_in=timedelta(seconds=600))
        end = asyncio.run(simulation.run())
        simulation.remote.faults = iter(())
        check_invariants(simulation, end)


@pytest.mark.parametrize("fault", [CallFault.NOTHING, CallFault.UNREACHED, CallFault.REFUSED])
@pytest.mark.parametrize("desired", list(Desired))
def test_a_call_that_never_works_comes_to_an_end(
    schema: Database, desired: Desired, fault: CallFault
) -> None:
    """If all reads succeed and every create and transition fails, the budget is used up."""
    with schema.read() as session:
        simulation = PostSimulation(session, desired, iter(()))
        simulation.remote.constant_fault = fault
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status in (PostStatus.FAILED, PostStatus.MISSED)
