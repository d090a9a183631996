"""A backup at any moment, its restore at any later one, and lists with and without an end."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete, insert, select, update

from models.database import Database
from models.snapshot import Snapshot
from models.statuses import DeliveryStatus, Desired, PostStatus
from models.store.posts import backup_restore
from models.tables import DELIVERY, MEDIA, POST, UPLOAD
from tests.hypothesis_profiles import examples
from tests.unit.worker.lifecycle.call_faults import CallFault
from tests.unit.worker.lifecycle.invariants import check_invariants
from tests.unit.worker.lifecycle.post_simulation import PostSimulation

OWNERS = ((POST, POST.c.id), (MEDIA, MEDIA.c.post_id), (DELIVERY, DELIVERY.c.post_id))
FAULTS = [*CallFault, *[CallFault.NO_FAULT] * 6]
Rows = list[tuple[Table, dict[str, Any]]]


def back_up(simulation: PostSimulation) -> Rows:
    """The rows of the post, its files and its deliveries as they are now."""
    connection = simulation.session.connection()
    rows = [
        (table, dict(row))
        for table, owner in OWNERS
        for row in connection.execute(select(table).where(owner == simulation.post.id)).mappings()
    ]
    return rows + [(UPLOAD, dict(row)) for row in connection.execute(select(UPLOAD)).mappings()]


def restore(simulation: PostSimulation, rows: Rows) -> None:
    """What `slotbeat db restored` does after the rows came back."""
    connection = simulation.session.connection()
    connection.execute(delete(UPLOAD))  # the database of a test has one post
    for table, row in rows:
        if table is UPLOAD:
            connection.execute(insert(UPLOAD).values(row))
        else:
            connection.execute(update(table).where(table.c.id == row["id"]).values(row))
    simulation.session.expire_all()
    backup_restore.require_reconcile(simulation.session, simulation.now)


def run_with_restore(simulation: PostSimulation, backup: int, work: int) -> Snapshot:
    """Run to the end, with a backup after so many decisions and its restore after some more."""
    kept: Rows = []
    simulation.interrupt(
        [
            (backup, lambda: kept.extend(back_up(simulation))),
            (work, lambda: restore(simulation, kept)),
        ]
    )
    return asyncio.run(simulation.run())


@settings(deadline=None, max_examples=examples(150), suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=st.lists(st.sampled_from(FAULTS), max_size=40),
    desired=st.sampled_from(Desired),
    seconds=st.sampled_from([3, 30, 3600]),
    deliveries=st.integers(1, 2),
    moments=st.tuples(st.integers(0, 20), st.integers(0, 40)),
    lists_end=st.booleans(),
)
def test_any_restore_comes_to_a_legal_end(
    schema: Database,
    faults: list[CallFault],
    desired: Desired,
    seconds: int,
    deliveries: int,
    moments: tuple[int, int],
    lists_end: bool,
) -> None:
    """With any faults, at any two moments, and lists that are whole or not: nothing is published
    twice, what is called published or failed is so, and every end has a reason."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, desired, iter(faults), slot_in=timedelta(seconds=seconds),
            deliveries=deliveries, files=1,
        )  # fmt: skip
        simulation.remote.lists_end = lists_end
        check_invariants(simulation, run_with_restore(simulation, *moments))


@settings(deadline=None, max_examples=examples(50), suppress_health_check=[HealthCheck.too_slow])
@given(backup=st.integers(0, 12), work=st.integers(0, 40))
def test_without_faults_a_restore_changes_nothing(schema: Database, backup: int, work: int) -> None:
    """Where the lists can be read and no call fails, the post is published once, at every moment of
    the backup and of the restore."""
    with schema.read() as session:
        simulation = PostSimulation(
            session, Desired.SCHEDULED, iter(()), slot_in=timedelta(seconds=3600), files=1
        )
        end = run_with_restore(simulation, backup, work)
        check_invariants(simulation, end)
        assert end.post.status is PostStatus.PUBLISHED


def _lose_the_first_create() -> Iterator[CallFault]:
    yield CallFault.LOST


@pytest.mark.parametrize("desired", list(Desired))
def test_a_create_that_may_have_happened_is_unknown_where_no_list_ends(
    schema: Database, desired: Desired
) -> None:
    """Its answer was lost, and no list shows whether the post exists: it is not called failed, and
    not made again."""
    with schema.read() as session:
        simulation = PostSimulation(session, desired, _lose_the_first_create())
        simulation.remote.lists_end = False
        end = asyncio.run(simulation.run())
        check_invariants(simulation, end)
        assert [each.status for each in end.deliveries] == [DeliveryStatus.UNKNOWN]
        assert end.post.status is PostStatus.UNKNOWN
        assert len(simulation.remote.rows) == 1
