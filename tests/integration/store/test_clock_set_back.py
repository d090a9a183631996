"""The database's clock was a day ahead and was set back: nothing waits for that day."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Table, select
from sqlalchemy.engine import Row

from models.database import Database
from models.posts import Post
from models.statuses import DeliveryStatus
from models.store.clock_set_back import LEAST_STEP, LONGEST_WAIT
from models.store.jobs import cluster_state, heartbeats
from models.tables import CONNECTION, DELIVERY, JOB, POST
from tests.integration.store import row_factories
from tests.integration.store.row_factories import add_post, connection_of, read_job, set_job

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
TTL = timedelta(seconds=30)


def set_row(database: Database, table: Table, id_: str, **values: object) -> None:
    """Set columns of a row without the rules of the store."""
    with database.write() as session:
        session.connection().execute(table.update().where(table.c.id == id_).values(**values))


def read_row(database: Database, table: Table, id_: str) -> "Row[tuple[object, ...]]":
    """A row."""
    with database.read() as session:
        return session.connection().execute(select(table).where(table.c.id == id_)).one()


def send_heartbeat(database: Database, now: datetime, name: str = "w") -> None:
    """A heartbeat of a worker."""
    with database.write() as session:
        heartbeats.record(session, name, "worker", now)


def job_of(database: Database, post: Post) -> str:
    """The id of a post's job."""
    with database.read() as session:
        query = select(JOB.c.id).where(JOB.c.subject_id == post.id)
        return str(session.connection().execute(query).scalar_one())


def delivery_of(database: Database, post: Post) -> str:
    """The id of a post's only delivery."""
    with database.read() as session:
        query = select(DELIVERY.c.id).where(DELIVERY.c.post_id == post.id)
        return str(session.connection().execute(query).scalar_one())


@pytest.mark.parametrize("step", [timedelta(hours=1), DAY])
def test_what_was_put_off_is_due(database: Database, step: timedelta) -> None:
    """A retry, a dispatch and a block of the wrong time are over; only the first heartbeat does
    this, and a job that waits for its slot is not woken."""
    now = row_factories.now(database)
    wrong = now + step
    post = add_post(database)
    job, delivery, connection = (
        job_of(database, post), delivery_of(database, post), connection_of(database, post),
    )  # fmt: skip
    (far,) = row_factories.add_jobs(database, [wrong + LONGEST_WAIT + SECOND], prefix="far")
    set_job(database, job, wake_at=wrong + TTL, dispatched_at=wrong - SECOND)
    set_row(database, DELIVERY, delivery, not_before=wrong + TTL, intent_at=wrong - SECOND)
    set_row(database, CONNECTION, connection, blocked_until=wrong + TTL)
    set_row(database, POST, post.id, accepted_at=wrong - SECOND)
    version = read_job(database, job).version
    send_heartbeat(database, wrong - SECOND, "dead")
    send_heartbeat(database, now)

    woken = read_job(database, job)
    assert (woken.wake_at, woken.dispatched_at, woken.version) == (now, None, version + 1)
    assert read_job(database, far).wake_at == wrong + LONGEST_WAIT + SECOND
    sent = read_row(database, DELIVERY, delivery)
    # The settle time of a call counts from now on: "not there" proves nothing before its end.
    assert (sent.not_before, sent.intent_at) == (None, now)
    assert read_row(database, CONNECTION, connection).blocked_until is None
    assert read_row(database, POST, post.id).accepted_at == now

    send_heartbeat(database, now + SECOND)
    assert read_job(database, job).version == version + 1


def test_a_claim_lasts_as_long_as_without_the_step(database: Database) -> None:
    """A claim of the wrong time ends when it would have ended; one of the right time is kept."""
    now = row_factories.now(database)
    wrong, right = row_factories.add_jobs(database, [now, now])
    set_job(database, wrong, claim="dead", claim_expires_at=now + DAY + TTL)
    set_job(database, right, claim="alive", claim_expires_at=now + TTL)
    send_heartbeat(database, now + DAY)
    send_heartbeat(database, now, "other")
    assert read_job(database, wrong).claim_expires_at == now + TTL
    assert read_job(database, right).claim_expires_at == now + TTL


def test_a_late_post_gets_its_turn_anew(database: Database) -> None:
    """What the wrong clock took for late goes out at its slot; what was sent keeps its instant."""
    now = row_factories.now(database)
    waiting, sent = add_post(database), add_post(database)
    for post in (waiting, sent):
        set_row(database, POST, post.id, scheduled_for=now + TTL, late_at=now + DAY)
        set_job(database, job_of(database, post), wake_at=now + DAY)
    set_row(database, DELIVERY, delivery_of(database, sent), status=DeliveryStatus.SCHEDULED)
    send_heartbeat(database, now + DAY)
    send_heartbeat(database, now, "other")
    assert read_row(database, POST, waiting.id).late_at is None
    assert read_row(database, POST, sent.id).late_at == now + DAY
    assert read_job(database, job_of(database, waiting)).wake_at == now


def test_a_small_step_is_waited_out(database: Database) -> None:
    """Heartbeats of a transaction that is a little ahead, or of a corrected second, wake nobody."""
    now = row_factories.now(database)
    (job,) = row_factories.add_jobs(database, [now + SECOND])
    send_heartbeat(database, now + LEAST_STEP)
    send_heartbeat(database, now, "other")
    assert read_job(database, job).wake_at == now + SECOND


def test_no_worker_takes_over_a_block_of_the_wrong_time(database: Database) -> None:
    """A worker that reads it before it is removed would make no call for a day."""
    post = add_post(database)
    now = row_factories.now(database)
    connection = connection_of(database, post)
    for until, is_read in ((now + TTL, True), (now + DAY, False)):
        set_row(database, CONNECTION, connection, blocked_until=until)
        with database.read() as session:
            state = cluster_state.read_cluster_state(session, TTL, TTL)
        assert (connection in state.blocks) is is_read
