"""Forged requests, security headers, static files, and errors as pages."""

import asyncio
import re
from typing import Any

import httpx
import pytest

from api.main import create_app
from models.database import Database
from services.public_urls import API_PREFIX
from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    find_all,
    open_browser,
    open_signed_in_browser,
)
from tests.service_context import CIPHER, build_test_context
from ui import static_files
from ui.sign_in import csrf, session

OTHER = "https://example.org"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": OTHER},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "own"},
        {"Sec-Fetch-Site": "same-origin", "Origin": OTHER},
    ],
)
def test_a_request_from_another_site_is_refused(
    organization: OrganizationClient, headers: dict[str, str]
) -> None:
    """Even with the right token, and nothing is changed. It cannot sign a visitor in either."""
    with open_signed_in_browser(organization) as browser:
        sent = {name: browser.origin if each == "own" else each for name, each in headers.items()}
        answer = browser.http.post("/sign-out", data={"csrf": browser.csrf()}, headers=sent)
        assert answer.status_code == 403
        assert answer.json()["message"] == csrf.CROSS_ORIGIN
        assert browser.http.get("/").status_code == 200
        answer = browser.http.post("/sign-in", data={"key": organization.key}, headers=sent)
        assert answer.status_code == 403


@pytest.mark.parametrize("token", [None, "", "nonsense", "ä", "another's"])
def test_a_form_without_the_sessions_token_is_refused(
    organization: OrganizationClient, token: str | None
) -> None:
    """In the form as in the header; another session's token is refused too."""
    with (
        open_signed_in_browser(organization) as browser,
        open_signed_in_browser(organization) as other,
    ):
        sent = other.csrf() if token == "another's" else token
        own = {"Origin": browser.origin}
        data = {} if sent is None else {"csrf": sent}
        answer = browser.http.post("/sign-out", data=data, headers=own)
        assert (answer.status_code, answer.json()["message"]) == (403, csrf.STALE_FORM)
        if sent is not None:
            in_header = httpx.Headers({**own, "X-CSRF-Token": sent}, encoding="utf-8")
            assert browser.http.post("/sign-out", headers=in_header).status_code == 403
        assert browser.http.get("/").status_code == 200


def test_requests_of_the_pages_script_are_accepted(organization: OrganizationClient) -> None:
    """With the token in the header, and Sec-Fetch-Site alone or beside the Origin."""
    with open_signed_in_browser(organization) as browser:
        headers = {**SCRIPT, "Sec-Fetch-Site": "same-origin", "X-CSRF-Token": browser.csrf()}
        assert browser.http.post("/sign-out", headers=headers).status_code == 303


@pytest.mark.parametrize("path", ["/sign-in", "/", "/nowhere"])
def test_every_page_forbids_content_of_other_sites(
    organization: OrganizationClient, path: str
) -> None:
    """Only our own scripts and styles, no frame around the page, and no caching."""
    with open_signed_in_browser(organization) as browser:
        answer = browser.http.get(path, headers=HTML)
        policy = answer.headers["content-security-policy"].split("; ")
        assert policy == [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
            "img-src 'self' https:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        # What the policy forbids would not work on the page.
        assert not re.search(
            r"<script(?! type=\"module\" src=)|<style|\sstyle=|\son\w+=", answer.text
        )


def test_static_files_are_kept_for_ever_under_their_version(
    organization: OrganizationClient,
) -> None:
    """Every URL on the page exists; a URL of another version is answered, but not cached."""
    with open_browser(organization.api) as browser:
        page = browser.read("/sign-in")
        addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
        assert len(addresses) >= 3
        for address in addresses:
            answer = browser.http.get(address)
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == static_files.CACHE_FOREVER
        old = browser.http.get("/static/0123456789ab/tokens.css")
        assert (old.status_code, old.headers["cache-control"]) == (200, "no-store")
        for path in ("/static/x/nothing.css", "/static/x/..%2Fsession.py", "/static/tokens.css"):
            assert browser.http.get(path).status_code == 404


def test_scripts_find_the_scripts_that_they_import(organization: OrganizationClient) -> None:
    """Every import names a file that is served."""
    with open_browser(organization.api) as browser:
        for path in static_files.FOLDER.glob("*.js"):
            for name in re.findall(r'from "\./([^"]+)"', path.read_text()):
                assert browser.http.get(static_files.static_url(name)).status_code == 200


def test_errors_are_pages_for_people_and_json_for_programs(
    organization: OrganizationClient,
) -> None:
    """It depends on the Accept header; the API never answers with a page."""
    http = organization.api.http
    page = http.get("/nowhere", headers=HTML)
    assert page.status_code == 404
    assert "<h1>Page not found</h1>" in page.text
    part = http.get("/nowhere", headers=SCRIPT)
    assert (part.status_code, part.headers["x-problem"]) == (404, "1")
    assert "<!doctype" not in part.text
    for path, headers in (
        ("/nowhere", {}),
        (f"{API_PREFIX}/nowhere", HTML),
        (f"{API_PREFIX}/settings", HTML),
    ):
        assert http.get(path, headers=headers).headers["content-type"] == "application/json"
    assert "content-security-policy" not in http.get(f"{API_PREFIX}/settings").headers


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"content": b"csrf=%00", "headers": FORM}, 400),
        ({"content": b"csrf=%ff", "headers": FORM}, 400),
        ({"content": b"\xff", "headers": FORM}, 400),
        ({"content": b"x" * (4 << 10) + b"x", "headers": FORM}, 413),
        ({"content": b"&".join([b"a"] * 1500), "headers": FORM}, 400),
        ({"json": {"key": "x"}}, 415),
        ({"files": {"key": b"x"}}, 415),
    ],
)
def test_a_bad_form_is_refused_in_words(
    organization: OrganizationClient, request_: dict[str, Any], status: int
) -> None:
    """Whatever is wrong with it, a page says what."""
    http = organization.api.http
    sent = {name: each for name, each in request_.items() if name != "headers"}
    given = request_.get("headers", {})
    headers = {"Origin": str(http.base_url).rstrip("/"), **HTML, **given}
    answer: httpx.Response = http.post("/sign-in", headers=headers, **sent)
    assert answer.status_code == status, answer.text
    assert find_all(r'<p class="note">Error (\d+)</p>', answer.text) == str(status)


def page_of(database: Database, *, is_broken: bool) -> httpx.Response:
    """The response of an app in this process to a visitor with a session."""
    app = create_app(build_test_context(database, allow_private_media=False))

    @app.get("/broken", include_in_schema=False)
    def broken() -> None:
        raise RuntimeError("a defect with a secret in it")

    mine = session.encode(session.new_token(), CIPHER)
    headers = {**HTML, "Cookie": f"{session.COOKIE_NAME}={mine}"}

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://slotbeat") as http:
            return await http.get("/broken" if is_broken else "/", headers=headers)

    answer = asyncio.run(ask())
    database.close()
    return answer


def test_without_a_database_the_page_says_so() -> None:
    """A page with 503 and Retry-After, not a traceback."""
    nowhere = "postgresql+psycopg://127.0.0.1:9/slotbeat?connect_timeout=1"
    answer = page_of(Database(nowhere), is_broken=False)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Slotbeat is not available right now" in answer.text
    assert "The database does not answer" in answer.text


def test_a_defect_is_a_page_that_tells_nothing(sqlite_database: Database) -> None:
    """500 with the headers of every page; the cause is only in the log."""
    answer = page_of(sqlite_database, is_broken=True)
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "secret" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
