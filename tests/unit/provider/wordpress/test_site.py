"""From the address that a person typed to the site and its REST API."""

import asyncio
from typing import Any

import httpx
import pytest

from provider.errors import InvalidInput, Retry
from provider.wordpress.site import Site, SiteFinder, is_same_site

PAGE = "/wp-admin/authorize-application.php"


class Web:
    """Some pages, by their addresses; nobody listens elsewhere."""

    def __init__(self) -> None:
        self.pages: dict[str, httpx.Response] = {}
        self.asked: list[str] = []

    def page(self, url: str, api: str | None = None) -> "Web":
        """A page that names its API, or does not."""
        headers = {"Link": f'<{api}>; rel="https://api.w.org/"'} if api else {}
        self.pages[url] = httpx.Response(200, html="<p>Hi</p>", headers=headers)
        return self

    def redirect(self, url: str, to: str) -> "Web":
        """A page that leads elsewhere."""
        self.pages[url] = httpx.Response(301, headers={"Location": to})
        return self

    def index(self, url: str, home: str, core: str | None = None, **more: Any) -> "Web":  # noqa: ANN401
        """The index of an API."""
        self.pages[url] = httpx.Response(200, json=index_of(home, core or home, **more))
        return self

    def handle(self, request: httpx.Request) -> httpx.Response:
        """For a MockTransport."""
        url = str(request.url)
        self.asked.append(url)
        if url not in self.pages and "closed.test" in url:
            raise httpx.ConnectError("nobody listens")
        return self.pages.get(url, httpx.Response(404, html="<p>Not found</p>"))

    def find(self, typed: str, *, allow_private: bool = False) -> Site:
        """The site that is found."""

        async def run() -> Site:
            async with httpx.AsyncClient(transport=httpx.MockTransport(self.handle)) as client:
                return await SiteFinder(client, allow_private=allow_private).find(typed)

        return asyncio.run(run())


def index_of(home: str, core: str, *, passwords: bool = True) -> dict[str, Any]:
    """The index of an API."""
    endpoints = {"application-passwords": {"endpoints": {"authorization": core + PAGE}}}
    return {
        "home": home,
        "url": core,
        "namespaces": ["oembed/1.0", "wp/v2"],
        "authentication": endpoints if passwords else [],
    }


EXAMPLE = "https://example.org"
FOUND = Site(f"{EXAMPLE}/wp-json", EXAMPLE, EXAMPLE, EXAMPLE + PAGE)


@pytest.mark.parametrize(
    "typed",
    [
        "example.org",
        "https://example.org/",
        "http://example.org",
        " EXAMPLE.org\u200b ",
        "https://example.org/wp-admin/profile.php",
        "https://example.org/wp-login.php?redirect_to=x",
        "https://example.org/wp-json/wp/v2/posts",
        "https://example.org/#top",
    ],
)
def test_what_people_type(typed: str) -> None:
    """Without the scheme, with http, or with what they copied along."""
    web = Web().page("https://example.org/", f"{EXAMPLE}/wp-json/")
    web.pages[EXAMPLE] = web.pages["https://example.org/"]
    assert web.index(f"{EXAMPLE}/wp-json/", EXAMPLE).find(typed) == FOUND
    assert all(each.startswith("https://") for each in web.asked)


def test_a_site_that_has_moved() -> None:
    """Redirects are followed, and the address is the one behind them."""
    web = Web().redirect("https://example.com/", "https://www.example.com/")
    web.page("https://www.example.com/", "https://www.example.com/wp-json/")
    web.index("https://www.example.com/wp-json/", "https://www.example.com")
    found = web.find("example.com/")
    assert (found.api, found.home) == ("https://www.example.com/wp-json", "https://www.example.com")


def test_a_site_in_a_folder_without_permalinks() -> None:
    """Its API has no path of its own; WordPress itself may be in another folder."""
    api = f"{EXAMPLE}/blog/index.php?rest_route="
    web = Web().page(f"{EXAMPLE}/blog", f"{api}/")
    web.index(f"{api}/", f"{EXAMPLE}/blog", f"{EXAMPLE}/blog/core")
    found = web.find("example.org/blog")
    assert found == Site(
        api, f"{EXAMPLE}/blog", f"{EXAMPLE}/blog/core", f"{EXAMPLE}/blog/core{PAGE}"
    )


@pytest.mark.parametrize("place", ["/wp-json/", "/?rest_route=/"])
def test_a_site_whose_pages_do_not_name_the_api(place: str) -> None:
    """Both places are tried; a page that answers HTML everywhere is none."""
    web = Web().page(EXAMPLE).page(f"{EXAMPLE}/wp-json/").index(EXAMPLE + place, EXAMPLE)
    assert web.find("example.org").api == EXAMPLE + place.rstrip("/")


def test_no_site_speaks_for_another() -> None:
    """Where it says that its home is elsewhere, it is known by its own address."""
    web = Web().page(EXAMPLE).index(f"{EXAMPLE}/wp-json/", "https://bank.test")
    assert web.find("example.org").home == EXAMPLE


def test_a_site_without_application_passwords() -> None:
    """It is found, and has no page that hands them out; nor where that page is no address."""
    web = Web().page(EXAMPLE).index(f"{EXAMPLE}/wp-json/", EXAMPLE, passwords=False)
    assert web.find("example.org").authorization is None
    web.index(f"{EXAMPLE}/wp-json/", EXAMPLE, "javascript:alert(1)//")
    assert web.find("example.org").authorization is None


@pytest.mark.parametrize(
    "typed", ["", "ftp://example.org", "localhost", "https://10.0.0.1", "https://a:b@example.org"]
)
def test_what_can_be_no_site(typed: str) -> None:
    """Nothing is asked, and the field is named."""
    web = Web()
    with pytest.raises(InvalidInput) as caught:
        web.find(typed)
    assert caught.value.field == "site"
    assert not web.asked


def test_no_redirect_leads_to_a_private_place() -> None:
    """Each address on the way is judged; one that leads in circles ends."""
    for to in ("https://192.168.0.1/", "http://example.org/", EXAMPLE):
        with pytest.raises(InvalidInput):
            Web().redirect(EXAMPLE, to).find("example.org")


def test_an_api_at_a_private_address_is_none() -> None:
    """What a page names is judged as what a person typed."""
    web = Web().page(EXAMPLE, "https://169.254.169.254/wp-json/")
    with pytest.raises(InvalidInput, match="no REST API"):
        web.find("example.org")
    assert not any("169.254" in each for each in web.asked)


def test_a_site_that_is_away() -> None:
    """It is no fault of what was typed."""
    with pytest.raises(Retry):
        Web().find("closed.test")
    web = Web()
    web.pages[EXAMPLE] = httpx.Response(503, html="Briefly unavailable")
    with pytest.raises(Retry):
        web.find("example.org")


@pytest.mark.parametrize(
    ("other", "same"),
    [("http://Example.org/", True), ("https://example.org/blog", False), ("", False)],
)
def test_two_addresses_of_one_site(other: str, *, same: bool) -> None:
    """The scheme and the last slash do not count; the folder does."""
    assert is_same_site(EXAMPLE, other) is same
