"""Connecting an account: with a token, and on the page of its server."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from provider.connect_form import AuthorizationPage, ConnectForm, NewConnection
from provider.errors import GiveUp, InvalidInput, Reconnect
from provider.mastodon.connect_form import connect_form
from provider.mastodon.server_address import parse_instance
from services.connecting.client_pool import ClientPool
from tests.unit.provider.mastodon.publisher import Publisher

T = TypeVar("T")
CALLBACK = "https://slotbeat.test/connect/callback"
NARROW = ["profile", "read:statuses", "write:media", "write:statuses"]


def use(work: Callable[[ConnectForm, ClientPool], Awaitable[T]]) -> T:
    """Run some work with the form, and close its clients."""

    async def run() -> T:
        async with ClientPool(httpx.Timeout(5), allow_private=True) as pool:
            return await work(connect_form(), pool)

    return asyncio.run(run())


def begin(publisher: Publisher, callback: str | None) -> AuthorizationPage:
    """The page where the person allows."""
    values = {"instance": publisher.sandbox.url}

    async def work(form: ConnectForm, pool: ClientPool) -> AuthorizationPage:
        assert form.authorization is not None
        return await form.authorization.begin(values, callback, pool)

    return use(work)


def finish(page: AuthorizationPage, answer: dict[str, str]) -> NewConnection:
    """The connection, after the person came back."""

    async def work(form: ConnectForm, pool: ClientPool) -> NewConnection:
        assert form.authorization is not None
        return await form.authorization.finish(page.pending, answer, pool)

    return use(work)


def connect(publisher: Publisher, token: str) -> NewConnection:
    """The connection with a token."""
    values = {"instance": publisher.sandbox.url, "accessToken": token}
    return use(lambda form, pool: form.connect(values, pool))


def answer_of(url: str) -> dict[str, str]:
    """What an address carries."""
    return {name: found[0] for name, found in parse_qs(urlsplit(url).query).items()}


def test_a_token_opens_its_account(publisher: Publisher) -> None:
    """The account has an id that no other server's has, and the limits of its instance; the token
    is what is stored, and is not shown."""
    found = connect(publisher, f" {publisher.account.token}\n")
    (profile,) = found.profiles
    assert profile.id == f"{publisher.account.id}@mastodon.test"
    assert profile.limits is not None
    assert (profile.limits.characters, profile.limits.files) == (500, 4)
    assert found.address == publisher.sandbox.url
    assert found.credentials == {"accessToken": publisher.account.token}
    assert publisher.account.token not in repr(found)


def test_a_token_that_is_refused(publisher: Publisher) -> None:
    """The person reads what to do, and no message shows the token."""
    with pytest.raises(Reconnect, match="copy the token again") as caught:
        connect(publisher, "a-wrong-token")
    assert "a-wrong-token" not in str(caught.value)


def test_on_the_page_of_the_server(publisher: Publisher) -> None:
    """The state comes back, the scopes are the narrowest that this server knows, and the code opens
    the account."""
    page = begin(publisher, f"{CALLBACK}?state=xyz")
    asked = answer_of(page.url)
    assert sorted(asked["scope"].split()) == NARROW
    assert (asked["state"], asked["redirect_uri"]) == ("xyz", CALLBACK)
    assert asked["code_challenge_method"] == "S256"
    came_back = httpx.get(page.url).headers["Location"]
    assert came_back.startswith(CALLBACK)
    assert answer_of(came_back)["state"] == "xyz"
    found = finish(page, answer_of(came_back))
    assert [each.id for each in found.profiles] == [f"{publisher.account.id}@mastodon.test"]
    assert publisher.sandbox.state.tokens[str(found.credentials["accessToken"])][1] == set(NARROW)


def test_a_code_that_is_shown(publisher: Publisher) -> None:
    """Without an address to come back to, the server shows a code; it is taken once."""
    page = begin(publisher, None)
    code = httpx.get(page.url).text
    assert finish(page, {"code": f" {code}&state="}).profiles
    with pytest.raises(GiveUp, match="did not accept the code"):
        finish(page, {"code": code})


def test_only_who_began_can_finish(publisher: Publisher) -> None:
    """A code that somebody else got hold of opens nothing without the verifier."""
    page, other = begin(publisher, None), begin(publisher, None)
    stolen = {**page.pending, "code_verifier": other.pending["code_verifier"]}
    code = httpx.get(page.url).text
    with pytest.raises(GiveUp, match="did not accept the code"):
        finish(AuthorizationPage(page.url, stolen), {"code": code})


def test_a_person_who_refuses(publisher: Publisher) -> None:
    """It is said so, and nothing is stored."""
    page = begin(publisher, f"{CALLBACK}?state=xyz")
    came_back = httpx.get(f"{page.url}&refuse=1").headers["Location"]
    with pytest.raises(GiveUp, match="not allowed"):
        finish(page, answer_of(came_back))


def test_less_than_was_asked_for(publisher: Publisher) -> None:
    """A token with fewer scopes cannot publish, or cannot look: it is refused, and they are
    named."""
    page = begin(publisher, None)
    code = httpx.get(page.url).text
    publisher.sandbox.state.codes[code]["scope"] = "profile read:statuses write:statuses"
    with pytest.raises(GiveUp, match="did not grant write:media"):
        finish(page, {"code": code})


@pytest.mark.parametrize(
    ("entered", "address"),
    [
        ("mastodon.social", "https://mastodon.social"),
        (" https://mastodon.social/@alice ", "https://mastodon.social"),
        ("@alice@mastodon.social", "https://mastodon.social"),
        ("alice@mastodon.social", "https://mastodon.social"),
        ("social.example:8443", "https://social.example:8443"),
    ],
)
def test_people_enter_their_server(entered: str, address: str) -> None:
    """A name, the address of a page, or the account's whole name."""
    assert parse_instance(entered, allow_http=False) == address


@pytest.mark.parametrize("entered", ["", "@", "ftp://mastodon.social", "http://mastodon.social"])
def test_what_is_no_server(entered: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidInput) as caught:
        parse_instance(entered, allow_http=False)
    assert caught.value.field == "instance"
