"""Beat's sleep: a change that another process commits ends it, where the database can tell."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from itertools import takewhile
from types import SimpleNamespace
from urllib.parse import urlsplit

import psycopg
import pytest

from models import beat_listener
from models.beat_listener import BeatListener
from models.beat_wakeup import CHANNEL
from models.database import Database
from models.store.jobs import job_queue
from models.task_names import JobKind
from services.inputs.post_bodies import PublishBody
from services.posts.publish import PostRequest
from services.posts.publish_queue import accept_group
from tests.integration.scheduler.queue_factories import (
    add_organization,
    database_now,
    rule_near,
    write_rules,
)
from tests.integration.store.row_factories import add_job, add_jobs, claim_job
from tests.service_context import build_test_context
from tests.wait import wait_until

# The test ends long before such a sleep does.
LONG = 600.0
MOMENT = 2 * beat_listener.MIN_SLEEP
END = "end"


class RolledBack(Exception):
    """Ends a transaction without a commit."""


@pytest.fixture
def listener(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> Iterator[BeatListener]:
    """A listener on PostgreSQL that listens already, and tries again at once after a loss."""
    monkeypatch.setattr(beat_listener, "FIRST_PAUSE", 0.0)
    with closing(BeatListener(postgres_database)) as listener:
        listener.sleep(MOMENT)
        yield listener


def sleep_ends(listener: BeatListener) -> bool:
    """Whether a long sleep ends early."""
    thread = threading.Thread(target=listener.sleep, args=[LONG], daemon=True)
    thread.start()
    thread.join(30)
    return not thread.is_alive()


def announcements(database: Database, change: Callable[[], object]) -> int:
    """How many announcements others get while a change is made."""
    address = database.url.set(drivername="postgresql").render_as_string()
    with psycopg.connect(address, autocommit=True) as other:
        other.execute(f"LISTEN {CHANNEL}")
        change()
        other.execute(f"NOTIFY {CHANNEL}, '{END}'")  # PostgreSQL keeps their order
        with closing(other.notifies(timeout=30)) as stream:
            return sum(1 for _ in takewhile(lambda each: each.payload != END, stream))


def losses(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines that say that changes are not announced."""
    return [each.message for each in caplog.records if "not announced" in each.message]


def test_a_new_job_ends_the_sleep(postgres_database: Database, listener: BeatListener) -> None:
    """A commit that makes a job due is announced to a beat that sleeps."""
    add_job(postgres_database)
    assert sleep_ends(listener)


def test_changed_rules_end_the_sleep(postgres_database: Database, listener: BeatListener) -> None:
    """So is one that changes an organization's rules: one of them may be due now."""
    organization_id = add_organization(postgres_database)
    listener.sleep(MOMENT)
    rule = rule_near(database_now(postgres_database) + timedelta(days=2))
    change = lambda: write_rules(postgres_database, organization_id, [rule])  # noqa: E731
    assert announcements(postgres_database, change) == 1
    assert sleep_ends(listener)


def test_accepted_posts_announce_nothing(postgres_database: Database) -> None:
    """Posts that come one by one, dozens a second, are collected by the tick."""
    organization_id = add_organization(postgres_database)
    body = PublishBody(postType="text", caption="Hello", publishMode="publish_now")
    context = build_test_context(postgres_database)
    accept = lambda: accept_group(context, organization_id, [PostRequest(body)])  # noqa: E731
    assert announcements(postgres_database, accept) == 0


def test_a_transaction_announces_itself_once(postgres_database: Database) -> None:
    """However many jobs it makes due; and not at all when it is rolled back."""
    at = database_now(postgres_database)

    def enqueue_many() -> None:
        add_jobs(postgres_database, [at] * 3)

    def roll_back() -> None:
        with suppress(RolledBack), postgres_database.write() as session:
            job_queue.enqueue(session, JobKind.POST, "lost", "", at)
            raise RolledBack

    assert announcements(postgres_database, enqueue_many) == 1
    assert announcements(postgres_database, roll_back) == 0


def test_a_workers_transactions_announce_nothing(postgres_database: Database) -> None:
    """Claims, fences and releases do not pay for it: their wake-ups are found by the tick."""
    id_ = add_job(postgres_database)

    def work() -> None:
        (claim,) = claim_job(postgres_database, id_)
        with postgres_database.write() as session:
            now = job_queue.fence(session, claim, timedelta(minutes=1))
            job_queue.release(session, claim, now + timedelta(seconds=2), now)

    assert announcements(postgres_database, work) == 0


def test_a_lost_connection_is_opened_again(
    postgres_database: Database, listener: BeatListener, caplog: pytest.LogCaptureFixture
) -> None:
    """After its server process was ended, beat says so, sleeps without it, and listens anew."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'"
    with postgres_database.write() as session:
        assert session.connection().exec_driver_sql(end).scalars().all() == [True]
    wait_until(lambda: sleep_ends(listener) and losses(caplog), what="the loss is noticed")
    assert len(losses(caplog)) == 1
    listener.sleep(MOMENT)
    add_job(postgres_database)
    assert sleep_ends(listener)


def test_a_connection_that_cannot_be_opened_is_tried_less_and_less(
    postgres_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Every sleep is a plain one; one line says why, and the pause before the next try doubles."""
    clock = [0.0]
    quick = SimpleNamespace(monotonic=lambda: clock[0], sleep=lambda _: None)
    monkeypatch.setattr(beat_listener, "time", quick)
    name = urlsplit(str(postgres_database.url)).path.removeprefix("/")
    away = Database(str(postgres_database.url).replace(name, "no_such_database"))
    with closing(BeatListener(away)) as listener:
        tries = []
        for second in range(16):
            clock[0] = float(second)
            before = listener._next_try
            listener.sleep(MOMENT)
            tries += [second] if listener._next_try != before else []
    away.close()
    assert tries == [0, 1, 3, 7, 15]
    assert len(losses(caplog)) == 1
