"""Two keys, and credentials that change: which key a call uses, and how often."""

import asyncio

import httpx
import pytest

from config.settings import load_settings
from provider.errors import OutcomeUnknown, Reconnect
from provider.swonkie.client import Swonkie
from provider.swonkie.credentials import SwonkieCredentials
from tests.unit.provider.swonkie.fake_swonkie import API_KEY, BASE, DRAFT, call_swonkie
from worker.app import read_environment


class ChangingCredentials:
    """A source with other keys after each refusal."""

    def __init__(self, *stages: tuple[str, ...]) -> None:
        self._stages = [SwonkieCredentials("app", keys) for keys in stages]

    async def current(self) -> SwonkieCredentials:
        """The keys of this stage."""
        return self._stages[0]

    async def after_refusal(self, refused: SwonkieCredentials) -> SwonkieCredentials:
        """The keys of the next stage, if there is one."""
        if refused == self._stages[0] and len(self._stages) > 1:
            self._stages.pop(0)
        return self._stages[0]


def keys_sent(credentials: ChangingCredentials, good: str, status: int = 403) -> list[str]:
    """The keys that one create was tried with, by a server that accepts only `good`."""
    sent: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers["X-API-KEY"])
        if sent[-1] != good:
            return httpx.Response(status, json={"message": "no"})
        return httpx.Response(201, json={"id": "p", "stage": "IDEA"})

    async def run() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
            await Swonkie(client, BASE, credentials).create(DRAFT)

    asyncio.run(run())
    return sent


@pytest.mark.parametrize("status", [401, 403])
def test_keys_are_tried_in_their_order(status: int) -> None:
    """The primary, the secondary, then new keys of the source."""
    assert keys_sent(ChangingCredentials(("a", "b")), "a", status) == ["a"]
    assert keys_sent(ChangingCredentials(("a", "b")), "b", status) == ["a", "b"]
    assert keys_sent(ChangingCredentials(("a", "b"), ("c", "d")), "d", status) == [
        "a",
        "b",
        "c",
        "d",
    ]


def test_each_key_is_tried_once() -> None:
    """If there are no new keys, both are refused and the call ends."""
    with pytest.raises(Reconnect):
        keys_sent(ChangingCredentials(("a", "b")), "z")


def test_only_a_refusal_changes_the_key() -> None:
    """A create with status 500 may have succeeded: the other key is not tried."""
    with pytest.raises(OutcomeUnknown):
        keys_sent(ChangingCredentials(("a", "b")), "b", 500)


@pytest.mark.parametrize("status", [400, 401, 500])
def test_a_provider_that_repeats_the_key_does_not_spread_it(status: int) -> None:
    """Its message is stored in the history and shown to people: without the key."""

    def answer(request: httpx.Request) -> httpx.Response:
        words = f"bad key {request.headers['X-API-KEY']}" + "!" * 1000
        return httpx.Response(status, json={"message": words})

    with pytest.raises(Exception, match="bad key …!") as caught:
        call_swonkie(answer, lambda swonkie: swonkie.profiles())
    assert API_KEY not in str(caught.value)


def environment_keys() -> SwonkieCredentials:
    """The keys that a worker reads from its environment."""
    return SwonkieCredentials.parse(read_environment(load_settings()).credentials)


def test_the_environments_secondary_key_comes_after_its_primary(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker tries the secondary setting as the second key; without it there is one key."""
    monkeypatch.setenv("SLOTBEAT_SWONKIE_API_ID", "id")
    monkeypatch.setenv("SLOTBEAT_SWONKIE_API_KEY", "one")
    assert environment_keys() == SwonkieCredentials("id", ("one",))
    monkeypatch.setenv("SLOTBEAT_SWONKIE_API_KEY_SECONDARY", "two")
    assert environment_keys() == SwonkieCredentials("id", ("one", "two"))
    assert "two" not in repr(load_settings()) + repr(read_environment(load_settings()))
