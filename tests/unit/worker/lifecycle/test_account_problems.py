"""Accounts break, disappear, are disconnected and recover at any time, with any faults."""

import asyncio
from datetime import timedelta
from enum import StrEnum
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import Database
from models.statuses import DeliveryStatus, Desired, PostStatus
from models.store.tenants import accounts, connections
from models.store.tenants.accounts import ConnectedProfile
from tests.hypothesis_profiles import examples
from tests.unit.worker.lifecycle.accepted_post import PLATFORMS
from tests.unit.worker.lifecycle.call_faults import CallFault
from tests.unit.worker.lifecycle.invariants import check_invariants
from tests.unit.worker.lifecycle.post_simulation import PostSimulation
from worker.planner.policy import MissedPolicy


class AccountEvent(StrEnum):
    """What happens to the first account."""

    BREAKS = "breaks"
    VANISHES = "vanishes"
    IS_CUT = "is cut"
    IS_BACK = "is back"


def apply_account_event(simulation: PostSimulation, turn: AccountEvent) -> None:
    """What the account job finds at the provider, or what a person does."""
    session, owner = simulation.session, simulation.post.organization_id
    connection = connections.list_used(session, owner)[0].id
    known = accounts.list_accounts(session, connection)
    if turn is AccountEvent.IS_CUT:
        accounts.disconnect(session, owner, known[0].id, simulation.now)
        return
    if turn is AccountEvent.IS_BACK:
        accounts.reconnect(session, owner, known)
    levels = {known[0].remote_id: "EXPIRED" if turn is AccountEvent.BREAKS else "OK"}
    names = [
        name for name in PLATFORMS if (turn, name) != (AccountEvent.VANISHES, known[0].remote_id)
    ]
    found = [ConnectedProfile(name, name, name, name, levels.get(name, "OK")) for name in names]
    accounts.sync(session, connection, found, simulation.now)


@settings(deadline=None, max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=st.lists(st.sampled_from([*CallFault, *[CallFault.NO_FAULT] * 12]), max_size=30),
    turns=st.lists(
        st.tuples(st.integers(0, 8), st.sampled_from(AccountEvent)), min_size=1, max_size=4
    ),
    desired=st.sampled_from(Desired),
    seconds=st.sampled_from([8, 90, 3600, 200_000]),
    deliveries=st.integers(1, 2),
    missed=st.sampled_from(MissedPolicy),
)
def test_any_account_problems_come_to_a_legal_end(
    schema: Database,
    faults: list[CallFault],
    turns: list[tuple[int, AccountEvent]],
    desired: Desired,
    seconds: int,
    deliveries: int,
    missed: MissedPolicy,
) -> None:
    """At most one publication, nothing created on an account with a known problem, and after its
    recovery nothing is stuck."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(faults), slot_in=timedelta(seconds=seconds),
            deliveries=deliveries, missed=missed,
        )  # fmt: skip
        turns = [*turns, (60, AccountEvent.IS_BACK)]
        simulation.interrupt(
            [(after, partial(apply_account_event, simulation, turn)) for after, turn in turns]
        )
        check_invariants(simulation, asyncio.run(simulation.run()))


@pytest.mark.parametrize("turn", [AccountEvent.BREAKS, AccountEvent.VANISHES, AccountEvent.IS_CUT])
@pytest.mark.parametrize("missed", list(MissedPolicy))
@pytest.mark.parametrize("after", [0, 1])
def test_an_account_that_is_back_in_time_costs_nothing(
    schema: Database, turn: AccountEvent, missed: MissedPolicy, after: int
) -> None:
    """A problem from the first or the second step on, solved before the slot: all is published."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.SCHEDULED, iter(()), slot_in=timedelta(days=3), deliveries=2,
            missed=missed,
        )  # fmt: skip
        simulation.interrupt(
            [
                (after, partial(apply_account_event, simulation, turn)),
                (9, partial(apply_account_event, simulation, AccountEvent.IS_BACK)),
            ]
        )
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PUBLISHED


def test_an_account_that_stays_away_stops_no_other(schema: Database) -> None:
    """Its delivery fails after the grace period, and the reason names the account."""
    with schema.read() as session:
        simulation = PostSimulation(session, Desired.SCHEDULED, iter(()), deliveries=2)
        apply_account_event(simulation, AccountEvent.BREAKS)
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PARTIAL
        first, second = end.deliveries
        assert (first.status, second.status) == (DeliveryStatus.FAILED, DeliveryStatus.PUBLISHED)
        assert "needs attention at the provider (statusLevel EXPIRED)" in (first.error or "")
