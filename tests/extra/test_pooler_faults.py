"""PostgreSQL behind a PgBouncer that is killed, loses its server, waits, or has no connection."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.acceptance.stack import PATIENT_RETRIES, Stack
from tests.extra.pgbouncer_server import PgBouncer
from tests.faults.outage_checks import (
    AWAY,
    Answers,
    assert_quiet,
    count_publish_answers,
    replace_killed,
)
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient, create_client
from tests.servers import Postgres
from tests.wait import wait_until

ROLES = ("web", "beat", "second beat", "worker", "second worker")
POOL_SIZE = 4
# So long (s) a client waits for a server connection before PgBouncer refuses it.
QUERY_WAIT = 1


@pytest.mark.timeout(300)
def test_a_pooler_that_fails_costs_time_and_no_post(
    postgres_server: Postgres, postgres_url: str, redis_url: str, tmp_path: Path
) -> None:
    """Killed, its database cut off, PostgreSQL stopped and killed behind it, paused, and out of
    connections, with a worker killed each time: requests that fail are 503 with Retry-After, no
    process ends or writes a traceback, and each accepted post goes out once."""
    database = urlsplit(postgres_url).path.removeprefix("/")
    with (
        PgBouncer(postgres_server, POOL_SIZE, QUERY_WAIT) as pooler,
        Stack(
            tmp_path, pooler.url(database), redis_url, 0, roles=ROLES, settings=PATIENT_RETRIES
        ) as stack,
    ):
        client, answers = create_client(stack), count_publish_answers(stack)
        for fault in PoolerFaults(pooler, postgres_server, database, answers).all():
            with publishing(client):
                fault()
                replace_killed(stack, "worker")
        wait_until(stack.is_ready, 90, "everything is ready again")
        client.publish("publish_now", photo=False)
        report = wait_and_reconcile(stack, [client])
        assert report.published == len(client.accepted)
        assert set(answers) == {(200, None), AWAY}
        assert_quiet(stack)


@contextmanager
def publishing(client: RecordingClient) -> Iterator[None]:
    """One post after the other is published meanwhile."""
    ended = Event()

    def publish() -> None:
        while not ended.wait(0.05):
            client.publish("publish_now", photo=False)

    thread = Thread(target=publish, name="publishing")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@dataclass(frozen=True, slots=True)
class PoolerFaults:
    """What can happen to a pooler. After each it works again."""

    pooler: PgBouncer
    postgres: Postgres
    database: str
    answers: Answers

    def all(self) -> Iterator[Callable[[], None]]:
        """Each kind once."""
        yield lambda: self._down(self.pooler.kill, self.pooler.start)
        yield lambda: self._down(self.postgres.stop, self.postgres.start)
        yield lambda: self._down(self.postgres.kill, self.postgres.start)
        for how in ("KILL", "PAUSE"):
            yield lambda how=how: self._down(  # type: ignore[misc]
                lambda: self._command(how), lambda: self._command("RESUME")
            )
        yield lambda: self._command("RECONNECT")
        yield self._exhaust

    def _command(self, name: str) -> None:
        self.pooler.command(f"{name} {self.database}")

    def _down(self, begin: Callable[[], None], end: Callable[[], None]) -> None:
        """Until a request was refused."""
        refused = self.answers[AWAY]
        begin()
        wait_until(lambda: self.answers[AWAY] > refused, 60, "an answer 503")
        end()

    def _exhaust(self) -> None:
        """Others hold all server connections."""
        with ExitStack() as held:
            self._down(lambda: self._hold_all(held), held.close)

    def _hold_all(self, held: ExitStack) -> None:
        for _ in range(POOL_SIZE):
            connection = wait_until(self._busy_connection, 60, "a connection")
            assert connection is not None
            held.enter_context(connection)

    def _busy_connection(self) -> "psycopg.Connection[tuple[object]] | None":
        """A connection with an open transaction; None while there is none."""
        address = self.pooler.url(self.database).replace("+psycopg", "", 1)
        try:
            connection = psycopg.connect(address)
            connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return None
        return connection
