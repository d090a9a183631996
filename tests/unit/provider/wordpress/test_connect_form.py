"""Connecting a WordPress site: what was entered is tried; by the site's page and back."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from provider.connect_form import Authorization, AuthorizationPage, NewConnection
from provider.errors import GiveUp, ProviderError, Reconnect, Retry
from provider.wordpress.connect_form import connect_form
from tests.unit.provider.wordpress.scripted_site import API, PASSWORD, ScriptedSite, ok, refuse
from tests.unit.provider.wordpress.test_site import PAGE, index_of

T = TypeVar("T")
HOME = "https://site.test"
ENTERED = {"site": "site.test", "username": "maria", "applicationPassword": PASSWORD}
RIGHTS = {"publish_posts": True, "upload_files": True}
CALLBACK = "https://slotbeat.test/connect/callback?state=abc"
RETURNED = {"site_url": HOME, "user_login": "maria", "password": "abcdEFGH", "state": "abc"}


class Pool:
    """Makes clients for one site."""

    def __init__(self, site: ScriptedSite, *, allow_private: bool = False) -> None:
        self._site, self.allow_private = site, allow_private
        self.made: list[httpx.AsyncClient] = []

    def __call__(self) -> httpx.AsyncClient:
        """A client."""
        client = httpx.AsyncClient(transport=httpx.MockTransport(self._site.handle))
        self.made.append(client)
        return client

    def run(self, work: Callable[["Pool"], Awaitable[T]]) -> T:
        """The result of some work; its clients are closed."""

        async def ask() -> T:
            try:
                return await work(self)
            finally:
                for client in self.made:
                    await client.aclose()

        return asyncio.run(ask())


@pytest.fixture
def site() -> ScriptedSite:
    """A site with one author."""
    made = ScriptedSite().on("GET ", httpx.Response(404)).on("GET /", ok(index_of(HOME, HOME)))
    return made.on(
        "GET /wp/v2/users/me", ok({"id": 1, "username": "maria", "capabilities": RIGHTS})
    )


def connect(site: ScriptedSite) -> NewConnection:
    """Connect with a typed password."""
    return Pool(site).run(lambda pool: connect_form().connect(ENTERED, pool))


def authorization() -> Authorization:
    """The way by the site's page."""
    found = connect_form().authorization
    assert found is not None
    return found


def begin(
    site: ScriptedSite, back: str | None = CALLBACK, *, allow_private: bool = False
) -> AuthorizationPage:
    """Begin the way by the site's page."""
    pool = Pool(site, allow_private=allow_private)
    return pool.run(lambda pool: authorization().begin({"site": HOME}, back, pool))


def finish(site: ScriptedSite, **changes: str) -> NewConnection:
    """Come back from it."""
    pending = begin(site).pending
    returned = {**RETURNED, **changes}
    return Pool(site).run(lambda pool: authorization().finish(pending, returned, pool))


def test_a_site_is_connected(site: ScriptedSite) -> None:
    """The address is that of its API; the credentials open it again."""
    found = connect(site)
    assert found.address == API
    assert [each.id for each in found.profiles] == ["1@site.test"]
    assert found.credentials == {
        "site": HOME,
        "username": "maria",
        "applicationPassword": PASSWORD,
    }
    assert PASSWORD not in repr(found)


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (refuse(401, "rest_not_logged_in"), Reconnect, "make a new one in WordPress"),
        (ok({"id": 1, "username": "c", "capabilities": {}}), GiveUp, "role"),
        (httpx.Response(503, html="Sorry"), Retry, "firewall"),
    ],
)
def test_a_person_reads_what_is_wrong(
    site: ScriptedSite, answer: httpx.Response, kind: type[ProviderError], words: str
) -> None:
    """The sentence says what to do, and shows no password."""
    site.on("GET /wp/v2/users/me", answer)
    with pytest.raises(kind, match=words) as caught:
        connect(site)
    assert PASSWORD not in repr(caught.value)


def test_a_site_without_application_passwords(site: ScriptedSite) -> None:
    """Both ways say that they are switched off."""
    site.on("GET /", ok(index_of(HOME, HOME, passwords=False)))
    site.on("GET /wp/v2/users/me", refuse(401, "rest_not_logged_in"))
    for way in (connect, begin):
        with pytest.raises(GiveUp, match="switched off"):
            way(site)


def test_the_page_of_the_site(site: ScriptedSite) -> None:
    """It knows who asks, and where to lead the person back to."""
    page = begin(site)
    assert page.url.startswith(f"{HOME}{PAGE}?")
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["app_name"] == ["Slotbeat"]
    assert asked["success_url"] == [CALLBACK]
    assert asked.keys() == {"app_name", "app_id", "success_url"}
    assert CALLBACK not in repr(page)


@pytest.mark.parametrize("back", [None, "http://127.0.0.1:8000/connect/callback"])
def test_it_leads_back_to_https_alone(site: ScriptedSite, back: str | None) -> None:
    """WordPress refuses http, except in its local environment; a typed password is the other
    way."""
    with pytest.raises(GiveUp, match="application password"):
        begin(site, back)
    if back is not None:
        assert begin(site, back, allow_private=True).pending


def test_coming_back(site: ScriptedSite) -> None:
    """The site's answer has the user and the password, which are tried."""
    found = finish(site)
    assert found.credentials["applicationPassword"] == "abcdEFGH"
    assert [each.id for each in found.profiles] == ["1@site.test"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"success": "false"}, "not allowed"),
        ({"error": "disabled"}, "switched off"),
        ({"password": ""}, "begin again"),
        ({"user_login": ""}, "begin again"),
        ({"site_url": "https://other.test"}, "another site"),
        ({"site_url": ""}, "another site"),
    ],
)
def test_coming_back_with_something_else(
    site: ScriptedSite, changes: dict[str, str], words: str
) -> None:
    """Nothing is tried: the person refused, or it is not the site that was begun."""
    with pytest.raises(GiveUp, match=words):
        finish(site, **changes)
    assert "GET /wp-json/wp/v2/users/me" not in site.calls()
