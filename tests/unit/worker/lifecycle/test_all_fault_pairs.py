"""One or two faults at any call of a post: all combinations, one by one."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest

from models.database import Database
from models.statuses import DeliveryStatus, Desired, PostStatus
from tests.unit.worker.lifecycle.call_faults import CallFault
from tests.unit.worker.lifecycle.invariants import check_invariants
from tests.unit.worker.lifecycle.post_simulation import PostSimulation
from tests.unit.worker.snapshot_builders import NOW

BAD = [kind for kind in CallFault if kind is not CallFault.NO_FAULT]
SLOT_IN = {Desired.PUBLISHED_NOW: 3600, Desired.SCHEDULED: 8}


@pytest.mark.parametrize("first", BAD)
@pytest.mark.parametrize("desired", SLOT_IN)
def test_any_two_faults_come_to_a_legal_end(
    schema: Database, desired: Desired, first: CallFault
) -> None:
    """Up to two calls that work, then one fault, then another."""
    dishonest = []
    for calm, second in product(range(3), BAD):
        faults = [*[CallFault.NO_FAULT] * calm, first, second]
        with schema.read() as session:
            wait = timedelta(seconds=SLOT_IN[desired])
            simulation = PostSimulation(session, desired, iter(faults), slot_in=wait)
            try:
                check_invariants(simulation, asyncio.run(simulation.run()))
            except AssertionError as error:
                dishonest.append(f"{faults}: {str(error).splitlines()[0]}")
    assert not dishonest, "\n".join(dishonest)


@pytest.mark.parametrize(
    "trouble", [CallFault.UNREACHED, CallFault.BUSY, CallFault.BUSY_LONG, CallFault.LOST]
)
def test_a_failed_reconcile_leaves_the_outcome_unknown(
    schema: Database, trouble: CallFault
) -> None:
    """It was published, the response was lost, and the reconcile fails too: the next step
    reconciles."""
    with schema.read() as session:
        faults = [CallFault.NO_FAULT, CallFault.LOST, trouble]
        simulation = PostSimulation(session, Desired.PUBLISHED_NOW, iter(faults))
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PUBLISHED
        assert [each.status for each in end.deliveries] == [DeliveryStatus.PUBLISHED]


@pytest.mark.parametrize("trouble", [CallFault.UNREACHED, CallFault.NOTHING])
def test_an_outage_long_before_the_slot_costs_nothing(schema: Database, trouble: CallFault) -> None:
    """The provider is down for half an hour, three days before the slot: the post is published."""

    def faults() -> Iterator[CallFault]:
        while True:
            yield trouble if simulation.now < NOW + timedelta(minutes=30) else CallFault.NO_FAULT

    with schema.read() as session:
        simulation = PostSimulation(session, Desired.SCHEDULED, faults(), slot_in=timedelta(days=3))
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PUBLISHED


@pytest.mark.parametrize("fault", [CallFault.NOTHING, CallFault.LOST, CallFault.LATE])
def test_one_unknown_create_costs_one_reconcile(schema: Database, fault: CallFault) -> None:
    """After a lost response the post is searched, adopted or created again, and published once."""
    with schema.read() as session:
        simulation = PostSimulation(session, Desired.SCHEDULED, iter([fault]))
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PUBLISHED
        assert len(simulation.remote.rows) == 1, "an orphan was left behind"
