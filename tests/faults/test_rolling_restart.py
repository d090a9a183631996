"""A new version is rolled out, one process after the other, while posts keep coming."""

import itertools
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from models.ids import new_id
from tests.acceptance.stack import PATIENT_RETRIES, PREFIX, ApiClient, Stack
from tests.faults.reconciliation import wait_and_reconcile
from tests.faults.recording_client import RecordingClient
from tests.wait import wait_until

ROLES = ("web", "second web", "beat", "worker")
# How long each may take to end (s): what docker-compose.yml gives, or less.
GRACE = {"web": 70, "beat": 15, "worker": 30}
# Between two posts (s).
PACE = 0.25


class LoadBalancedClient(ApiClient):
    """A caller before two web processes: where one does not answer, the other is asked. Every
    request carries an Idempotency-Key, so that it may be repeated whatever became of it."""

    def __init__(self, stack: Stack, key: str) -> None:
        super().__init__(stack.client, stack.origin, key)
        self._origins = itertools.cycle(stack.origin_of(name) for name in ("web", "second web"))
        self.repeated: list[str] = []

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        """The first answer of either; one that fails is an error of the test."""
        once = {"Idempotency-Key": new_id()} if method == "POST" else {}
        headers = {**self._headers, **once, "Connection": "close"}
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
    """Two web processes, a beat and a worker on PostgreSQL and Redis."""
    with Stack(
        tmp_path, postgres_url, redis_url, 0, roles=ROLES, settings=PATIENT_RETRIES
    ) as running:
        yield running


class PublishingThread(threading.Thread):
    """Publishes one post after the other until it is told to stop."""

    def __init__(self, client: RecordingClient) -> None:
        super().__init__(name="publishing", daemon=True)
        self._client = client
        self._stopped = threading.Event()
        self.error: BaseException | None = None

    def run(self) -> None:
        """Until `finish`."""
        try:
            while not self._stopped.wait(PACE):
                self._client.publish("publish_now", photo=len(self._client.expected_posts) % 4 == 0)
        except BaseException as error:  # noqa: BLE001  (raised by `finish`)
            self.error = error

    def finish(self) -> None:
        """Stop, and raise what went wrong."""
        self._stopped.set()
        self.join()
        if self.error is not None:
            raise self.error


@pytest.mark.timeout(180)
def test_every_post_goes_out_once_while_each_process_is_restarted(stack: Stack) -> None:
    """SIGTERM to worker, beat and both webs in turn, and each is started again: all of them end by
    themselves within their grace, no request fails that a repetition does not heal, and every
    accepted post goes out exactly once."""
    caller = LoadBalancedClient(stack, stack.organization("Rolling").key)
    client = RecordingClient(stack, caller, "rolling")
    publishing = PublishingThread(client)
    publishing.start()
    for name in reversed(stack.roles):
        _restart(stack, name)
    publishing.finish()
    posts = {post["id"]: post["status"] for post in _settled(stack, client)}
    assert all(expected.id is not None for expected in client.expected_posts), "an answer was lost"
    assert {posts[id_] for id_ in client.accepted} == {"published"}
    assert len(client.expected_posts) > 20
    assert set(caller.repeated) >= {"ConnectError"}, "no request met a process that was away"


def _restart(stack: Stack, name: str) -> None:
    """Restart a process as whoever deploys a new version does, and wait until it is at work."""
    old, role = stack.processes[name], name.rsplit(maxsplit=1)[-1]
    old.terminate()
    code = old.wait(GRACE[role])
    # The web server ends by the signal that it was asked with, once it is done.
    assert code == (-signal.SIGTERM if role == "web" else 0), f"{name}: {code}\n{old.output()}"
    assert "Traceback" not in old.output()
    new = stack.start(name)
    if role == "web":
        assert "Finished server process" in old.output()
        wait_until(lambda: _answers(stack, name), 30, f"{name} answers")
    else:
        wait_until(lambda: f":{new.pid}" in _living(stack), 30, f"{name} says that it is alive")


def _answers(stack: Stack, name: str) -> bool:
    try:
        return stack.client.get(stack.origin_of(name) + "/healthz").is_success
    except httpx.TransportError:
        return False


def _living(stack: Stack) -> str:
    found = stack.client.get(stack.origin + "/readyz").json()["processes"]
    return " ".join(each["name"] for each in found)


def _settled(stack: Stack, client: RecordingClient) -> list[Any]:
    wait_and_reconcile(stack, [client])
    return client.posts()
