"""Sessions: shared, refreshed in time, and created seldom."""

import asyncio
import json
import time

import httpx
import pytest

from provider.bluesky.client import Bluesky
from provider.bluesky.credentials import BlueskyCredentials
from provider.bluesky.http import BlueskyHttp
from provider.bluesky.session import from_text
from provider.bluesky.sessions import Sessions
from provider.errors import ProviderError, Reconnect, Retry, RetryAfter
from provider.protocol import FileSpec, Profile
from tests.unit.provider.bluesky.connections import DID, PASSWORD, AppPassword, MemoryStore
from tests.unit.provider.bluesky.fake_server import ADDRESS, HANDLE, FakeServer, refuse, run
from tests.unit.provider.bluesky.faults import answer_once

CALLS = ("createSession", "refreshSession")


async def sign_in(bluesky: Bluesky) -> str:
    """A call that needs a session, and no more; the session's token."""
    request = await bluesky.begin_upload(FileSpec("a.png", "image/png", 3))
    return request.headers["Authorization"].removeprefix("Bearer ")


def kept(server: FakeServer, **changes: object) -> MemoryStore:
    """A store with a session of the server that lasts for an hour."""
    opened = server.open_session()
    session = {
        "did": DID,
        "handle": HANDLE,
        "access": opened["accessJwt"],
        "refresh": opened["refreshJwt"],
        "renew_at": time.time() + 3600,
    }
    store = MemoryStore()
    store.text = json.dumps({**session, **changes})
    return store


def opened_by(server: FakeServer) -> dict[str, int]:
    """How many sessions were created, and refreshed."""
    return {name: server.calls[name] for name in CALLS if server.calls[name]}


def test_a_session_is_created_once() -> None:
    """Many calls at once, and later ones, of all processes use one session."""
    server, store = FakeServer(), MemoryStore()

    async def many(bluesky: Bluesky) -> set[str]:
        tokens = await asyncio.gather(*(sign_in(bluesky) for _ in range(10)))
        return {*tokens, await sign_in(bluesky)}

    assert run(server, many, store) == run(server, many, store)
    assert opened_by(server) == {"createSession": 1}


def test_a_kept_session_is_used_until_it_must_be_renewed() -> None:
    """A session of another process is used as it is; before its end it is refreshed, not made anew,
    and kept for the others."""
    server = FakeServer()
    fresh, ending = kept(server), kept(server, renew_at=time.time() - 1)
    assert run(server, sign_in, fresh) == "access-1"
    assert opened_by(server) == {}
    assert run(server, sign_in, ending) == "access-3"
    assert run(server, sign_in, ending) == "access-3"
    assert opened_by(server) == {"refreshSession": 1}


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidToken", "AuthMissing"])
def test_a_refused_token_is_renewed_once(code: str) -> None:
    """A refused call did nothing: it is repeated with a refreshed token, once."""
    server = FakeServer()
    store = kept(server)
    server.faults["getSession"] = answer_once(refuse(400, code))

    async def profile(bluesky: Bluesky) -> list[Profile]:
        return await bluesky.profiles()

    (found,) = run(server, profile, store)
    assert found.status_level == "OK"
    assert opened_by(server) == {"refreshSession": 1}
    server.faults["getSession"] = answer_once(*[refuse(400, code)] * 2)
    with pytest.raises(Reconnect):
        run(server, profile, store)
    assert opened_by(server) == {"refreshSession": 2}


def test_another_process_may_have_renewed_it() -> None:
    """After a refusal, a newer session in the store is used before anything is asked for."""
    server = FakeServer()
    store = kept(server)

    async def renew_elsewhere(bluesky: Bluesky) -> str:
        assert await sign_in(bluesky) == "access-1"
        store.text = kept(server).text
        return (await bluesky._sessions.current(refused="access-1")).access

    assert run(server, renew_elsewhere, store) == "access-2"
    assert opened_by(server) == {}


def test_a_revoked_session_is_made_anew_by_one_process() -> None:
    """Where no refresh token is good, the process with the claim creates a session."""
    server = FakeServer()
    store = kept(server, refresh="revoked", renew_at=0)
    assert run(server, sign_in, store) == "access-2"
    assert (store.claims, opened_by(server)) == (1, {"createSession": 1, "refreshSession": 1})


class ClaimedStore(MemoryStore):
    """Another process holds the claim, and then keeps its session, if there is one."""

    def __init__(self, session: str | None = None) -> None:
        super().__init__(may_create=False)
        self._session = session

    async def claim(self, seconds: float) -> bool:
        """No: the other one has it."""
        self.text = self._session
        return await super().claim(seconds)


def wait_for_other(server: FakeServer, store: MemoryStore) -> str:
    """The token that a process gets, which looks for the other's session all the time."""

    async def wait() -> str:
        async with httpx.AsyncClient(transport=httpx.MockTransport(server.answer)) as client:
            sessions = Sessions(BlueskyHttp(client, ADDRESS), AppPassword(), store, wait=0)
            return (await sessions.current()).access

    return asyncio.run(wait())


def test_the_others_wait_for_its_session() -> None:
    """A process without the claim uses the session that the other one makes."""
    server = FakeServer()
    assert wait_for_other(server, ClaimedStore(kept(server).text)) == "access-1"
    assert opened_by(server) == {}


def test_they_do_not_wait_for_ever() -> None:
    """If no session comes, the job is tried again after the claim; nobody else signs in."""
    server = FakeServer()
    with pytest.raises(Retry) as failure:
        wait_for_other(server, ClaimedStore())
    assert failure.value.min_delay > 0
    assert opened_by(server) == {}


def test_a_wrong_password_needs_a_person() -> None:
    """A refused app password is tried once, and the sentence does not hold it."""
    server = FakeServer()
    server.password = "another-one"
    with pytest.raises(Reconnect, match="app password") as failure:
        run(server, sign_in)
    assert PASSWORD not in str(failure.value)
    assert opened_by(server) == {"createSession": 1}


def test_a_new_password_is_taken_at_once() -> None:
    """Credentials that a person has just replaced are read again before anything fails."""
    server, credentials = FakeServer(), AppPassword("old")
    credentials.next = BlueskyCredentials(DID, PASSWORD)
    assert run(server, sign_in, credentials=credentials) == "access-1"
    assert opened_by(server) == {"createSession": 2}


@pytest.mark.parametrize(
    ("call", "response", "kind"),
    [
        ("createSession", refuse(429, "RateLimitExceeded"), RetryAfter),
        ("createSession", refuse(500, "InternalServerError"), Retry),
        ("createSession", httpx.ReadTimeout, Retry),
        ("createSession", refuse(401, "AccountTakedown"), Reconnect),
        ("createSession", httpx.Response(200, json={}), Retry),
        ("createSession", httpx.Response(200, json={
            "did": "did:plc:bob", "handle": "bob.test", "accessJwt": "a", "refreshJwt": "b",
        }), Reconnect),
        ("refreshSession", refuse(401, "AccountTakedown"), Reconnect),
        ("refreshSession", refuse(503, "Down"), Retry),
        ("refreshSession", httpx.ConnectError, Retry),
    ],
)  # fmt: skip
def test_other_failures_create_no_session(
    call: str, response: httpx.Response | type[Exception], kind: type[ProviderError]
) -> None:
    """A busy or broken server is asked again later, a lost account needs a person; no failure but a
    refusal leads to another session."""
    server = FakeServer()
    store = kept(server, renew_at=0) if call == "refreshSession" else MemoryStore()
    server.faults[call] = answer_once(response)
    with pytest.raises(ProviderError) as failure:
        run(server, sign_in, store)
    assert type(failure.value) is kind
    assert opened_by(server) == {call: 1}


@pytest.mark.parametrize("text", [None, "", "x", "[]", "{}", '{"did": "did:plc:alice"}', "1"])
def test_a_broken_text_is_no_session(text: str | None) -> None:
    """What cannot be read is as if nothing was kept."""
    assert from_text(text) is None
    server, store = FakeServer(), MemoryStore()
    store.text = text
    assert run(server, sign_in, store) == "access-1"


def test_the_session_of_another_account_is_not_used() -> None:
    """A connection that got another account makes its own session."""
    server = FakeServer()
    assert run(server, sign_in, kept(server, did="did:plc:bob")) == "access-2"
    assert opened_by(server) == {"createSession": 1}
