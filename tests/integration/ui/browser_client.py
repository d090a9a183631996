"""A visitor's browser over plain HTTP: signs in, stores its cookie, submits forms."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from tests.integration.live_server import ApiServer, OrganizationClient
from ui.sign_in.session import COOKIE_NAME

HTML = {"Accept": "text/html"}
SCRIPT = {"X-Requested-With": "fetch", **HTML}


# Pages without an organization in their address.
OPEN_PATHS = ("/sign-in", "/static", "/connect", "/o/", "/api", "/nowhere")


class PageClient(httpx.Client):
    """Requests of a browser. After a sign-in, `/rules` means the page of the organization."""

    base = ""

    def build_request(self, method: str, url: httpx.URL | str, **options: Any) -> httpx.Request:  # noqa: ANN401
        """Add the organization to the address of a page."""
        if isinstance(url, str) and url.startswith("/") and not url.startswith(OPEN_PATHS):
            url = self.base + url
        return super().build_request(method, url, **options)

    def shorten(self, page: str) -> str:
        """A page whose addresses have no organization."""
        return page.replace(f"{self.base}/", "/") if self.base else page


@dataclass(frozen=True, slots=True)
class BrowserClient:
    """A browser that runs no script and follows no redirect by itself."""

    http: PageClient

    @property
    def origin(self) -> str:
        """The Origin header of its own forms."""
        return str(self.http.base_url).rstrip("/")

    @property
    def cookie(self) -> str:
        """The session cookie; empty without a session."""
        return self.http.cookies.get(COOKIE_NAME) or ""

    def sign_in(self, key: str, **fields: str) -> httpx.Response:
        """Submit the sign-in form; returns the response."""
        headers = {"Origin": self.origin}
        answer = self.http.post("/sign-in", data={"key": key, **fields}, headers=headers)
        if answer.status_code == 303:
            self.http.base = organization_of(answer.headers["location"])
        return answer

    def read(self, path: str = "/", **headers: str) -> str:
        """The text of a page, with addresses as `page_of` has them; it must answer 200."""
        answer = self.http.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return self.http.shorten(answer.text)

    def csrf(self) -> str:
        """The CSRF token of its forms."""
        return find_all(r'name="csrf" content="([^"]+)"', self.read())

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Submit a form of a page; returns the response."""
        headers = {"Origin": self.origin, **HTML}
        return self.http.post(path, data={"csrf": self.csrf(), **fields}, headers=headers)


@dataclass(slots=True)
class PagePoller:
    """The part of a page that polls for changes, as the page's script does."""

    browser: BrowserClient
    address: str
    tag: str

    def poll(self) -> str | None:
        """The new part; None if nothing has changed."""
        headers = {**SCRIPT, "X-Poll": "1", "If-None-Match": self.tag}
        answer = self.browser.http.get(self.address, headers=headers)
        if answer.status_code == 304:
            assert answer.content == b""
            return None
        assert answer.status_code == 200, answer.text
        self.tag = answer.headers["ETag"]
        return self.browser.http.shorten(answer.text)


def follow_page(browser: BrowserClient, path: str = "/") -> PagePoller:
    """Load a page; returns the poller of its part."""
    page = browser.read(path)
    address, tag = find_all(r'data-live="([^"]+)"', page), find_all(r'data-tag="([^"]+)"', page)
    return PagePoller(browser, address, tag)


def organization_of(address: str) -> str:
    """The organization that the address of a page begins with: `/o/…`."""
    return find_all(r"^(/o/[^/]+)", address)


def page_of(address: str) -> str:
    """The address of a page without its organization."""
    return address.removeprefix(organization_of(address))


def find_all(pattern: str, page: str) -> str:
    """The group of a pattern that must match, without HTML escapes."""
    match = re.search(pattern, page, re.DOTALL)
    assert match, f"{pattern} is not in {page}"
    return html.unescape(match[1])


@contextmanager
def open_browser(api: ApiServer) -> Iterator[BrowserClient]:
    """A browser that has not signed in."""
    with PageClient(base_url=api.http.base_url, timeout=60) as http:
        yield BrowserClient(http)


@contextmanager
def open_signed_in_browser(organization: OrganizationClient) -> Iterator[BrowserClient]:
    """A browser that has signed in."""
    with open_browser(organization.api) as browser:
        assert browser.sign_in(organization.key).status_code == 303
        yield browser
