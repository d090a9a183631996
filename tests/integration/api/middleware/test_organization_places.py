"""Requests of one organization at once: others are answered meanwhile, whatever they cost."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from api.middleware.organization_places import HEAVY_QUEUED, HEAVY_RUNNING, RUNNING
from api.routes import calendar
from tests.integration.live_server import OPERATOR, ApiServer, OrganizationClient

# More than the process has threads.
FLOOD = 45
SIMULATION = {"postsPerWeek": 1}
POST_NOW = {
    "postType": "text",
    "caption": "Hello",
    "platforms": ["x"],
    "publishMode": "publish_now",
}


class HeldSimulations:
    """Simulations that run until they are let go, and the number that runs."""

    def __init__(self) -> None:
        self.running = self.most = 0
        self.let_go, self._lock = threading.Event(), threading.Lock()
        self.full = threading.Event()

    def run(self, _scenario: object) -> dict[str, Any]:
        """In the place of `run_simulation`."""
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        if self.running >= HEAVY_RUNNING:
            self.full.set()
        assert self.let_go.wait(30)
        with self._lock:
            self.running -= 1
        return {"slots": [], "waiting": []}


@contextmanager
def hold_simulations(
    patch: pytest.MonkeyPatch, flooder: OrganizationClient, caller: dict[str, Any] | None = None
) -> Iterator[tuple[HeldSimulations, list[Future[httpx.Response]]]]:
    """A flood of simulations that do not end before the block does."""
    held = HeldSimulations()
    patch.setattr(calendar, "run_simulation", held.run)
    with ThreadPoolExecutor(FLOOD) as pool:
        call = {"json": SIMULATION, **(caller or {})}
        flood = [pool.submit(flooder.call, "POST", "/simulate", **call) for _ in range(FLOOD)]
        try:
            assert held.full.wait(30)
            yield held, flood
        finally:
            held.let_go.set()
            wait(flood)


def test_another_organization_is_answered_during_a_flood(
    sqlite_api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While 45 dear requests of one organization are held, another's is answered, and so is a
    light one of the same organization."""
    flooder, other = sqlite_api.create_organization(), sqlite_api.create_organization()
    with hold_simulations(monkeypatch, flooder) as (held, flood):
        for client in (other, flooder):
            assert client.call("GET", "/settings", timeout=10).status_code == 200
        assert held.most == HEAVY_RUNNING
    answers = [each.result() for each in flood]
    refused = [each for each in answers if each.status_code == 429]
    assert len(refused) == FLOOD - HEAVY_RUNNING - HEAVY_QUEUED
    assert refused[0].headers["Retry-After"] == "2"
    assert "of this organization" in refused[0].json()["error"]
    assert held.most == HEAVY_RUNNING


def test_the_operators_requests_count_for_the_organization_that_they_name(
    sqlite_api: ApiServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator's token takes the places of the named organization, as its key does."""
    named, other = sqlite_api.create_organization(), sqlite_api.create_organization()
    operator = {
        "headers": {"Authorization": f"Bearer {OPERATOR}"},
        "params": {"organizationId": named.id},
    }
    with hold_simulations(monkeypatch, named, operator) as (held, _):
        theirs = {"headers": operator["headers"], "params": {"organizationId": other.id}}
        assert named.call("GET", "/settings", timeout=10, **theirs).status_code == 200
        assert held.most == HEAVY_RUNNING


def test_who_waits_for_the_provider_leaves_the_places_to_others(sqlite_api: ApiServer) -> None:
    """More posts than there are places wait for the provider, and the organization is answered."""
    client = sqlite_api.create_organization()
    count = RUNNING + 2
    with ThreadPoolExecutor(count) as pool:
        sent = [
            pool.submit(
                client.call, "POST", "/publish", json=POST_NOW, headers={"Prefer": "wait=5"}
            )
            for _ in range(count)
        ]
        while len(client.posts()) < count:  # answered, although as many wait as there are places
            assert not any(each.done() for each in sent)
        assert not any(each.done() for each in sent)
    assert {each.result().headers["Preference-Applied"] for each in sent} == {"wait=5"}
