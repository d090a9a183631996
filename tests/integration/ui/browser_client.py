"""A person's browser, as far as HTTP goes: signs in, keeps its cookie, sends forms."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.integration.live_server import ApiServer, OrganizationClient
from ui.sign_in.session import COOKIE_NAME

HTML = {"Accept": "text/html"}
SCRIPT = {"X-Requested-With": "fetch", **HTML}


@dataclass(frozen=True, slots=True)
class BrowserClient:
    """A browser without a script; it follows no redirect by itself."""

    http: httpx.Client

    @property
    def origin(self) -> str:
        """What its own forms say."""
        return str(self.http.base_url).rstrip("/")

    @property
    def cookie(self) -> str:
        """The session's cookie; empty without one."""
        return self.http.cookies.get(COOKIE_NAME) or ""

    def sign_in(self, key: str, **fields: str) -> httpx.Response:
        """The answer to the sign-in form."""
        headers = {"Origin": self.origin}
        return self.http.post("/sign-in", data={"key": key, **fields}, headers=headers)

    def read(self, path: str = "/", **headers: str) -> str:
        """A page that must be there."""
        answer = self.http.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    def csrf(self) -> str:
        """The token of its forms."""
        return find_all(r'name="csrf" content="([^"]+)"', self.read())

    def send(self, path: str, **fields: str) -> httpx.Response:
        """The answer to a form of a page."""
        headers = {"Origin": self.origin, **HTML}
        return self.http.post(path, data={"csrf": self.csrf(), **fields}, headers=headers)


@dataclass(slots=True)
class PagePoller:
    """The live part of a page: asks for news as the page's script does."""

    browser: BrowserClient
    address: str
    tag: str

    def poll(self) -> str | None:
        """The new part; None where nothing has changed."""
        headers = {**SCRIPT, "X-Poll": "1", "If-None-Match": self.tag}
        answer = self.browser.http.get(self.address, headers=headers)
        if answer.status_code == 304:
            assert answer.content == b""
            return None
        assert answer.status_code == 200, answer.text
        self.tag = answer.headers["ETag"]
        return answer.text


def follow_page(browser: BrowserClient, path: str = "/") -> PagePoller:
    """The live part of a page that was just loaded."""
    page = browser.read(path)
    address, tag = find_all(r'data-live="([^"]+)"', page), find_all(r'data-tag="([^"]+)"', page)
    return PagePoller(browser, address, tag)


def find_all(pattern: str, page: str) -> str:
    """The one group of a pattern that must match, unescaped."""
    match = re.search(pattern, page, re.DOTALL)
    assert match, f"{pattern} is not in {page}"
    return html.unescape(match[1])


@contextmanager
def open_browser(api: ApiServer) -> Iterator[BrowserClient]:
    """A browser that has not signed in."""
    with httpx.Client(base_url=api.http.base_url, timeout=60) as http:
        yield BrowserClient(http)


@contextmanager
def open_signed_in_browser(organization: OrganizationClient) -> Iterator[BrowserClient]:
    """A browser of somebody who signed in."""
    with open_browser(organization.api) as browser:
        assert browser.sign_in(organization.key).status_code == 303
        yield browser
