"""Rolling restart: each process is restarted in turn while posts are published."""

import itertools
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from models.database import Database
from models.ids import new_id
from tests.acceptance.stack import PATIENT_RETRIES, PREFIX, ApiClient, Stack
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient
from tests.servers.procfs import children
from tests.wait import wait_until

ROLES = ("web", "second web", "beat", "worker", "forked worker")
# How long each may take to end (s): what docker-compose.yml gives, or less.
GRACE = {"web": 70, "beat": 15, "worker": 30}
# Between two posts (s).
PACE = 0.25
# So many posts are accepted before the first restart.
ALONE = 4


class LoadBalancedClient(ApiClient):
    """A client of two web processes: if one does not answer, the request is sent to the other.
    Every request has an Idempotency-Key, so that it can be repeated."""

    def __init__(self, stack: Stack, key: str) -> None:
        super().__init__(stack.client, stack.origin, key)
        self._origins = itertools.cycle(stack.origin_of(name) for name in ("web", "second web"))
        self.repeated: list[str] = []

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """The first answer of either; an error status fails the test."""
        key = {"Idempotency-Key": new_id()} if method == "POST" else {}
        headers = {**self._headers, **key, "Connection": "close"}
        found: list[httpx.Response] = wait_until(
            lambda: self._try(method, path, body, headers), 30, f"{method} {path}"
        )
        return found[0]

    def _try(
        self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> list[httpx.Response]:
        address = next(self._origins) + PREFIX + path
        try:
            answer = self._client.request(method, address, json=body, headers=headers)
        except httpx.TransportError as error:
            self.repeated.append(type(error).__name__)
            return []
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return [answer]


@pytest.fixture
def stack(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[Stack]:
    """Two web processes, a beat and two workers, one of two processes, on PostgreSQL and Redis."""
    with Stack(
        tmp_path, postgres_url, redis_url, 0, roles=ROLES, settings=PATIENT_RETRIES
    ) as running:
        yield running


class PublishingThread(threading.Thread):
    """Publishes one post after the other until `finish`."""

    def __init__(self, client: RecordingClient) -> None:
        super().__init__(name="publishing", daemon=True)
        self._client = client
        self._stopped = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        """Publish until `finish`."""
        try:
            while not self._stopped.wait(PACE):
                self._client.publish("publish_now", photo=len(self._client.expected_posts) % 4 == 0)
        except BaseException as error:  # noqa: BLE001  (raised by `finish`)
            self.error = error

    def finish(self) -> None:
        """Stop, and raise the error that ended the thread, if there was one."""
        self._stopped.set()
        self.join()
        if self.error is not None:
            raise self.error


# What the release step of a next version might do, under a level that only that version knows.
NEXT_LEVEL = "9999"
NEXT_MIGRATION = """
    ALTER TABLE post ADD COLUMN next_text TEXT;
    ALTER TABLE delivery ADD COLUMN next_number INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE job ADD COLUMN next_flag BOOLEAN NOT NULL DEFAULT false;
    CREATE TABLE next_table (id TEXT PRIMARY KEY, post_id TEXT REFERENCES post (id));
    CREATE INDEX next_index ON post (organization_id, next_text);
    UPDATE alembic_version SET version_num = '9999'
"""


@pytest.mark.timeout(180)
def test_every_post_goes_out_once_while_each_process_is_restarted(stack: Stack) -> None:
    """The release step of a next version runs; then workers, beat and both web processes get
    SIGTERM in turn and are started again. All work with the next version's tables, before their
    restart and after it, which announces them. Each exits within its grace period, every failed
    request succeeds when repeated, and every accepted post is published exactly once."""
    caller = LoadBalancedClient(stack, stack.organization("Rolling").key)
    client = RecordingClient(stack, caller, "rolling")
    publishing = PublishingThread(client)
    publishing.start()
    _run_next_migration(stack)
    wait_until(lambda: len(client.accepted) > ALONE, 30, "posts on the next version's tables")
    for name in reversed(stack.roles):
        _restart(stack, name)
        assert f"is at level {NEXT_LEVEL}" in stack.processes[name].output()
    publishing.finish()
    posts = {post["id"]: post["status"] for post in _settled(stack, client)}
    assert all(expected.id is not None for expected in client.expected_posts), "an answer was lost"
    assert {posts[id_] for id_ in client.accepted} == {"published"}
    assert len(client.expected_posts) > 20
    assert set(caller.repeated) >= {"ConnectError"}, "no request met a stopped process"


def _run_next_migration(stack: Stack) -> None:
    database = Database(stack.database_url)
    with database.write() as session:
        for statement in NEXT_MIGRATION.split(";"):
            session.connection().exec_driver_sql(statement)
    database.close()


def _restart(stack: Stack, name: str) -> None:
    """Restart a process as a deployment does, and wait until the new one works."""
    old, role = stack.processes[name], name.rsplit(maxsplit=1)[-1]
    old.terminate()
    code = old.wait(GRACE[role])
    # The web server finishes its requests and then dies of the signal that it got.
    assert code == (-signal.SIGTERM if role == "web" else 0), f"{name}: {code}\n{old.output()}"
    assert "Traceback" not in old.output()
    new = stack.start(name)
    if role == "web":
        assert "Finished server process" in old.output()
        wait_until(lambda: _answers(stack, name), 30, f"{name} answers")
    else:
        wait_until(lambda: _is_alive(stack, new.pid), 30, f"a heartbeat of {name}")


def _answers(stack: Stack, name: str) -> bool:
    try:
        return stack.client.get(stack.origin_of(name) + "/healthz").is_success
    except httpx.TransportError:
        return False


def _is_alive(stack: Stack, pid: int) -> bool:
    """Whether the process, or one that it has started, has sent a heartbeat."""
    found = stack.client.get(stack.origin + "/readyz").json()["processes"]
    names = tuple(f":{each}" for each in [pid, *children(pid)])
    return any(each["name"].endswith(names) for each in found)


def _settled(stack: Stack, client: RecordingClient) -> list[Any]:
    wait_and_reconcile(stack, [client])
    return client.posts()
