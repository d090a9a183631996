"""Sign-in, the lifetime of a session, and sign-out."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from models.encryption import Cipher
from models.store.tenants import page_sessions
from models.tables import API_KEY
from tests.integration.live_server import OPERATOR, SECRET, ApiServer, OrganizationClient, run_api
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    find_all,
    open_browser,
    open_signed_in_browser,
    page_of,
)
from tests.integration.ui.session_rows import age_session
from tests.wait import wait_until
from ui.sign_in import session
from ui.sign_in.sign_in_page import INVALID_KEY

CIPHER = Cipher(SECRET)


@pytest.fixture
def browser(sqlite_api: ApiServer) -> Iterator[BrowserClient]:
    """A browser that has not signed in."""
    with open_browser(sqlite_api) as made:
        yield made


def end_keys(organization: OrganizationClient, **values: object) -> None:
    """Set columns of all keys of an organization: a revocation, an end."""
    own = API_KEY.c.organization_id == organization.id
    with organization.api.database.write() as writing:
        writing.connection().execute(update(API_KEY).where(own).values(**values))


def opens(browser: BrowserClient, cookie: str) -> httpx.Response:
    """The response of the calendar to this cookie."""
    browser.http.cookies.clear()
    return browser.http.get("/", headers={"Cookie": f"{session.COOKIE_NAME}={cookie}"})


def test_a_request_without_a_session_is_redirected_to_sign_in(browser: BrowserClient) -> None:
    """After signing in, the visitor gets the page asked for. The script gets a part instead."""
    answer = browser.http.get("/?view=month&date=2026-05-04")
    assert answer.status_code == 303
    sign_in_url = answer.headers["location"]
    assert sign_in_url == "/sign-in?next=%2F%3Fview%3Dmonth%26date%3D2026-05-04"
    back = find_all(r'name="next" value="([^"]*)"', browser.read(sign_in_url))
    assert back == "/?view=month&date=2026-05-04"
    part = browser.http.get("/calendar/part", headers=SCRIPT)
    assert part.status_code == 401
    assert "<!doctype" not in part.text


def test_an_api_key_opens_its_organizations_calendar(
    organization: OrganizationClient,
) -> None:
    """Scripts and other sites cannot read the cookie, and it does not contain the key."""
    with open_browser(organization.api) as browser:
        answer = browser.sign_in(f" {organization.key}\n", next="/?view=month")
        assert (answer.status_code, page_of(answer.headers["location"])) == (303, "/?view=month")
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"{session.COOKIE_NAME}=")
        attributes = cookie.split("; ")[1:]
        assert attributes == ["Max-Age=43200", "Path=/", "HttpOnly", "SameSite=Lax"]
        assert organization.key not in CIPHER.decrypt(browser.cookie)
        assert "Lantern &amp; Loaf" in browser.read()


@pytest.mark.parametrize("key", ["", " ", "sb_nonsense", OPERATOR, "x" * 3000, "ключ"])
def test_every_invalid_key_gets_the_same_sentence(browser: BrowserClient, key: str) -> None:
    """Whatever is wrong with the key; and no cookie is set."""
    answer = browser.sign_in(key)
    assert answer.status_code == 401
    assert INVALID_KEY in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("column", ["revoked_at", "expires_at"])
def test_a_key_that_ends_ends_its_sessions_at_once(
    organization: OrganizationClient, column: str
) -> None:
    """Revoked or expired: nobody can sign in with it, and open sessions end with their next
    request."""
    with open_signed_in_browser(organization) as browser:
        end_keys(organization, **{column: datetime.now(UTC)})
        assert browser.http.get("/").headers["location"].startswith("/sign-in")
        assert browser.sign_in(organization.key).status_code == 401


def test_signing_out_ends_the_session(organization: OrganizationClient) -> None:
    """The next request is redirected to sign in, and a copy of the cookie opens nothing."""
    with open_signed_in_browser(organization) as browser:
        copied = browser.cookie
        answer = browser.send("/sign-out")
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
        assert "Max-Age=0" in answer.headers["set-cookie"]
        assert browser.cookie == ""
        assert browser.http.get("/").status_code == 303
        assert opens(browser, copied).status_code == 303


def test_a_session_is_renewed_while_it_is_used(organization: OrganizationClient) -> None:
    """Polling does not renew it, and an expired session is not renewed."""
    with open_signed_in_browser(organization) as browser:
        cookie, database = browser.cookie, organization.api.database
        assert "set-cookie" not in opens(browser, cookie).headers
        age_session(database, cookie, session.RENEW_AFTER)
        polling = {**SCRIPT, "X-Poll": "1", "Cookie": f"{session.COOKIE_NAME}={cookie}"}
        browser.http.cookies.clear()
        assert "set-cookie" not in browser.http.get("/calendar/part", headers=polling).headers
        answer = opens(browser, cookie)
        assert answer.status_code == 200
        assert "Max-Age=43200" in answer.headers["set-cookie"]
        wait_until(lambda: "set-cookie" not in opens(browser, cookie).headers, 30, "the renewal")
        age_session(database, cookie, page_sessions.LIFETIME)
        assert opens(browser, cookie).status_code == 303


@pytest.mark.parametrize("kind", ["cut", "other", "purpose"])
def test_a_forged_cookie_opens_nothing(organization: OrganizationClient, kind: str) -> None:
    """A damaged cookie, one of another secret, and another encrypted text are all refused."""
    with open_signed_in_browser(organization) as browser:
        cookie = browser.cookie
        text = CIPHER.decrypt(cookie)
        forged = {
            "cut": cookie[:-8],
            "other": Cipher("another").encrypt(text),
            "purpose": CIPHER.encrypt(f"x{text}"),
        }
        assert opens(browser, forged[kind]).status_code == 303


@pytest.mark.parametrize(
    "back",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "/\texample.org",
        "javascript:alert(1)",
        "",
    ],
)
def test_signing_in_never_redirects_to_another_site(
    organization: OrganizationClient, back: str
) -> None:
    """It leads to a page of ours, whatever `next` says."""
    with open_browser(organization.api) as browser:
        answer = browser.sign_in(organization.key, next=back)
        assert page_of(answer.headers["location"]) == "/"


def test_guessing_is_limited_and_the_cookie_is_secure_over_https(tmp_path: Path) -> None:
    """Failed tries count against the address; a public https address makes the cookie Secure."""
    options: dict[str, Any] = {"rate_limit": 3, "public_url": "https://calendar.example.org"}
    url = f"sqlite:///{tmp_path}/slotbeat.db"
    with run_api(url, **options) as api, open_browser(api) as browser:
        organization = api.create_organization()
        assert browser.sign_in(organization.key).headers["set-cookie"].endswith("; Secure")
        tried = [browser.sign_in("sb_wrong").status_code for _ in range(4)]
        assert tried == [401, 401, 401, 429]
        answer = browser.http.post(
            "/sign-in", data={"key": "sb_wrong"}, headers={"Origin": browser.origin, **HTML}
        )
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert "Too many requests" in answer.text
