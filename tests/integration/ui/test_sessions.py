"""Several organizations in one session, and the page that lists sessions and ends them."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import httpx
import pytest

from models.actors import ALL_SCOPES
from models.store.tenants import api_keys, page_sessions
from models.store.tenants.api_keys import KeyGrant
from tests.integration.live_server import ApiServer, OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    find_all,
    open_browser,
    open_signed_in_browser,
    organization_of,
)
from tests.integration.ui.session_rows import age_session, count_sessions

# The key that is signed in, on the page of keys.
YOU = r"<strong>([^<]+)</strong> \(you\)"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def new_key(organization: OrganizationClient, name: str, *scopes: str) -> OrganizationClient:
    """The organization with another key."""
    with organization.api.database.write() as session:
        grant = KeyGrant(name, scopes or ALL_SCOPES)
        _, key = api_keys.create_key(session, organization.id, grant)
    return OrganizationClient(organization.id, key, organization.api)


@contextmanager
def open_two(api: ApiServer) -> Iterator[tuple[BrowserClient, str, str]]:
    """A browser that has signed in to A and to B, and how their addresses begin."""
    with open_signed_in_browser(api.create_organization("A")) as browser:
        a = browser.http.base
        assert browser.sign_in(api.create_organization("B").key).status_code == 303
        yield browser, a, browser.http.base


def page(browser: BrowserClient, address: str) -> httpx.Response:
    """The response to a page, by its full address."""
    return browser.http.get(httpx.URL(address), headers=HTML)


def post(browser: BrowserClient, address: str, **fields: str) -> httpx.Response:
    """The response to a form of a page of any organization."""
    headers = {"Origin": browser.origin, **HTML}
    data = {"csrf": browser.csrf(), **fields}
    return browser.http.post(httpx.URL(address), data=data, headers=headers)


def test_one_session_holds_several_organizations(any_api: ApiServer) -> None:
    """The address picks the organization, and the head of each page leads to the others. Another
    organization is not opened."""
    stranger = any_api.create_organization("C")
    with open_two(any_api) as (browser, a, b):
        for base, other, name in ((a, b, "A"), (b, a, "B")):
            text = page(browser, f"{base}/").text
            assert find_all("<title>[^<]* · ([^<]*)</title>", text) == name
            assert f'href="{other}/"' in text
        with open_signed_in_browser(stranger) as another:
            c = another.http.base
        answer = page(browser, f"{c}/rules")
        assert answer.status_code == 303
        shown = browser.http.get(answer.headers["location"])
        assert "You are signed in to" in shown.text
        assert browser.sign_in(stranger.key, next=f"{c}/rules").headers["location"] == f"{c}/rules"


def test_the_token_changes_with_every_sign_in_and_the_forms_stay_valid(
    organization: OrganizationClient,
) -> None:
    """Who knew the cookie of before does not share what a key adds; a form that is open in another
    tab can still be sent."""
    with open_signed_in_browser(organization) as browser:
        cookie, csrf = browser.cookie, browser.csrf()
        browser.sign_in(new_key(organization, "Ana").key)
        assert browser.cookie != cookie
        assert browser.csrf() == csrf
        with open_browser(organization.api) as other:
            other.http.cookies.set("slotbeat_session", cookie)
            other.http.base = browser.http.base
            assert other.http.get("/").status_code == 303


def test_the_latest_key_of_an_organization_counts_until_it_ends(
    organization: OrganizationClient,
) -> None:
    """What it publishes is its own; when it is revoked, the earlier one opens the pages again."""
    with open_signed_in_browser(organization) as browser:
        browser.sign_in(new_key(organization, "Ana").key)
        ana = organization.get("/keys")["keys"][1]
        assert find_all(YOU, browser.read("/keys")) == "Ana"
        organization.call("DELETE", f"/keys/{ana['id']}")
        assert find_all(YOU, browser.read("/keys")) == "First key"


@pytest.mark.parametrize("leave", ["sign-out", "sessions"])
def test_signing_out_of_one_organization_leaves_the_other(
    sqlite_api: ApiServer, leave: str
) -> None:
    """By the button of the head, and by ending this session in the list: the browser goes on to an
    organization that is left, and from the last one to the sign-in page."""
    with open_two(sqlite_api) as (browser, a, b):

        def sign_out(base: str) -> str:
            listed = page(browser, f"{base}/sessions").text
            end = find_all(r'action="/o/[^/]+(/sessions/\w+/end)"', listed)
            path = "/sign-out" if leave == "sign-out" else end
            return str(post(browser, base + path).headers["location"])

        assert sign_out(a) == f"{b}/"
        assert page(browser, f"{a}/").status_code == 303
        assert page(browser, f"{b}/").status_code == 200
        assert sign_out(b) == "/sign-in"
        assert browser.cookie == ""


def test_signing_out_of_all_ends_the_session(sqlite_api: ApiServer) -> None:
    """No organization is left."""
    with open_two(sqlite_api) as (browser, a, b):
        before = count_sessions(sqlite_api.database)
        assert post(browser, f"{a}/sign-out", all="1").headers["location"] == "/sign-in"
        assert count_sessions(sqlite_api.database) == before - 1
        assert [page(browser, f"{each}/").status_code for each in (a, b)] == [303, 303]


def test_a_key_with_all_scopes_sees_every_session_and_ends_it(
    any_api: ApiServer,
) -> None:
    """Where each is, in few words, and with which key; others see what they opened themselves."""
    acme = any_api.create_organization()
    reader, writer = new_key(acme, "Reader", "read"), new_key(acme, "Writer", "read", "write")
    with ExitStack() as stack:
        owner = stack.enter_context(open_signed_in_browser(acme))
        own = stack.enter_context(open_browser(any_api))
        own.http.headers["User-Agent"] = FIREFOX
        own.sign_in(reader.key)
        other = stack.enter_context(open_signed_in_browser(writer))
        listed = owner.read("/sessions")
        assert listed.count("/end") == 3
        assert listed.count("this browser") == 1
        assert "Firefox on Linux" in listed
        assert "127.0.0.0/24" in listed
        assert owner.cookie not in listed
        theirs = own.read("/sessions")
        assert (theirs.count("/end"), "Writer" in theirs) == (1, False)
        ids = re.findall(r'"/sessions/(\w+)/end"', listed)
        mine = find_all(r'"/sessions/(\w+)/end"', theirs)
        for id_ in ids:
            if id_ != mine:
                assert own.send(f"/sessions/{id_}/end").status_code == 404
        assert owner.send(f"/sessions/{mine}/end").status_code == 303
        assert own.http.get("/").status_code == 303
        assert other.http.get("/").status_code == 200


def test_ending_a_session_leaves_its_other_organizations(sqlite_api: ApiServer) -> None:
    """One organization has no say about another, nor does it see that it is there."""
    with open_two(sqlite_api) as (browser, a, b):
        b_owner = sqlite_api.create_organization("D")
        assert page(browser, f"{a}/sessions").text.count("/end") == 1
        id_ = find_all(r'/sessions/(\w+)/end"', page(browser, f"{a}/sessions").text)
        with open_signed_in_browser(b_owner) as stranger:
            assert stranger.send(f"/sessions/{id_}/end").status_code == 404
        assert post(browser, f"{a}/sessions/{id_}/end").headers["location"] == f"{b}/"
        assert page(browser, f"{b}/").status_code == 200


def test_the_page_signs_in_in_place(organization: OrganizationClient) -> None:
    """The page's script gets no redirect, but the token for its forms and the organization; a wrong
    key gets a part that says so."""
    with open_browser(organization.api) as browser:
        headers = {"Origin": browser.origin, **SCRIPT}
        wrong = browser.http.post("/sign-in", data={"key": "sb_wrong"}, headers=headers)
        assert (wrong.status_code, wrong.headers["x-problem"]) == (401, "1")
        assert "<!doctype" not in wrong.text
        answer = browser.http.post("/sign-in", data={"key": organization.key}, headers=headers)
        assert (answer.status_code, answer.content) == (204, b"")
        browser.http.base = organization_of(answer.headers["x-base"] + "/")
        assert answer.headers["x-csrf-token"] == browser.csrf()


def test_who_is_signed_in_already_is_led_on(organization: OrganizationClient) -> None:
    """A link to the sign-in page leads to the page that it is for, unless it asks to add one."""
    with open_signed_in_browser(organization) as browser:
        answer = browser.http.get(f"/sign-in?next={browser.http.base}/rules")
        assert answer.headers["location"] == f"{browser.http.base}/rules"
        assert "You are signed in to" in browser.http.get("/sign-in?add=1").text


def test_a_key_that_may_not_read_opens_no_page(organization: OrganizationClient) -> None:
    """It says so, instead of refusing every page."""
    writer = new_key(organization, "Zapier", "write")
    with open_browser(organization.api) as browser:
        answer = browser.sign_in(writer.key)
        assert answer.status_code == 403
        assert "may not read" in answer.text


def test_sessions_that_are_over_are_deleted(any_organization: OrganizationClient) -> None:
    """With their keys, in batches; those that go on stay."""
    database = any_organization.api.database
    with (
        open_signed_in_browser(any_organization) as over,
        open_signed_in_browser(any_organization) as open_,
    ):
        age_session(database, over.cookie, page_sessions.LIFETIME + timedelta(seconds=1))
        before = count_sessions(database)
        with database.write() as session:
            assert page_sessions.prune(session, api_keys.utc_now(), 500) >= 1
        assert count_sessions(database) < before
        assert open_.http.get("/").status_code == 200


def test_a_session_has_no_more_than_its_latest_keys(
    organization: OrganizationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the limit the oldest key makes place."""
    monkeypatch.setattr(page_sessions, "MAX_KEYS", 2)
    keys = [new_key(organization, name) for name in ("One", "Two", "Three")]
    with open_browser(organization.api) as browser:
        for each in keys:
            browser.sign_in(each.key)
        listed = browser.read("/sessions")
        assert "Two, Three" in listed
        assert "One" not in listed


def test_a_key_is_in_no_more_than_its_latest_sessions(
    organization: OrganizationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that signs in again and again fills no table: beyond the limit the oldest session
    of the key ends."""
    monkeypatch.setattr(page_sessions, "MAX_SESSIONS", 2)
    before = count_sessions(organization.api.database)
    with ExitStack() as stack:
        browsers = [stack.enter_context(open_signed_in_browser(organization)) for _ in range(3)]
        statuses = [each.http.get("/").status_code for each in browsers]
        assert statuses == [303, 200, 200]
        assert count_sessions(organization.api.database) == before + 2
