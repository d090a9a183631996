"""The database's clock jumps while posts go out: an hour back, and a day ahead and back again."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.columns import UtcDateTime
from models.database import Database
from models.tables import CONNECTION, JOB
from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.extra.faked_clock import FakedClock, PostgresWithClock
from tests.faults.conftest import ROLES
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client
from tests.wait import wait_until

HOUR, DAY = 3600, 86_400


@pytest.fixture
def jumping(tmp_path: Path, redis_url: str) -> Iterator[tuple[Stack, FakedClock]]:
    """All processes with a PostgreSQL whose clock is set. All other clocks are right."""
    with (
        PostgresWithClock() as server,
        Stack(
            tmp_path,
            server.create_database(),
            redis_url,
            0,
            roles=ROLES,
            with_breakpoints=True,
            settings=PATIENT_RETRIES,
        ) as stack,
    ):
        yield stack, server.clock


@pytest.mark.timeout(400)
def test_a_database_whose_clock_jumps(jumping: tuple[Stack, FakedClock]) -> None:
    """Posts are accepted at each of its times and go out once. Retries, blocks and dispatches that
    were written a day ahead wait for seconds, and not for that day."""
    stack, clock = jumping
    client = create_client(stack)
    publish(client)
    clock.set(-HOUR)
    publish(client)
    wait_and_reconcile(stack, [client])
    clock.set(DAY)
    stack.inject_fault(kind="outage", seconds=3600)
    publish(client)
    database = Database(stack.database_url)
    wait_until(lambda: is_put_off(database), 60, "a block, and a retry, a day ahead")
    database.close()
    clock.set(0)
    stack.clear_faults()
    publish(client)
    assert wait_and_reconcile(stack, [client]).published == len(client.accepted) == 24
    assert any("was set back by" in each.output() for each in stack.processes.values())
    assert all(stack.processes[name].running for name in stack.roles)


def publish(client: RecordingClient) -> None:
    """Publish some posts now, one with a photo."""
    for number in range(6):
        client.publish("publish_now", photo=number == 0)


def is_put_off(database: Database) -> bool:
    """Whether calls are blocked, and a job waits, until tomorrow."""
    later = datetime.now(UTC) + timedelta(hours=12)
    with database.read() as session:
        latest = [
            session.connection().scalar(select(func.max(column, type_=UtcDateTime())))
            for column in (CONNECTION.c.blocked_until, JOB.c.wake_at)
        ]
    return all(each is not None and each > later for each in latest)
