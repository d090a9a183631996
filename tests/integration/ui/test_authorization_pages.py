"""Connecting on a page of the network's server, which sends people back to `/connect/callback`."""

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import MetaData, select

from config.logging_setup import redact_access_log
from models.encryption import Cipher
from services.connecting.connect_link import ConnectLink
from services.connecting.pending_authorization import PendingAuthorization, encode
from services.connecting.sealed_token import LIFETIME
from tests.authnet import APP_SECRET, CODE, PASSWORD, REFUSED, Authnet
from tests.integration.live_server import SECRET, ApiServer, OrganizationClient
from tests.integration.testnet_api import run_testnet_api
from tests.integration.ui.browser_client import (
    HTML,
    BrowserClient,
    find_all,
    open_browser,
    open_signed_in_browser,
    page_of,
)
from tests.integration.ui.session_rows import age_session
from tests.testnet import PLATFORM
from ui.sign_in import session

FORM = f"/accounts/connect/{PLATFORM}"
BACK = "https://app.example/done"
COOKIE = "slotbeat_connecting"
GONE = "/connect/result"


@pytest.fixture(scope="module")
def network() -> Iterator[Authnet]:
    """The network's server."""
    with Authnet().running() as running:
        yield running


@pytest.fixture(scope="module")
def api(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, network: Authnet
) -> Iterator[ApiServer]:
    """The API with the network."""
    folder = tmp_path_factory.mktemp("authorize")
    with run_testnet_api(sqlite_template, folder, network, allow_private_hosts=True) as running:
        yield running


@pytest.fixture
def acme(api: ApiServer) -> OrganizationClient:
    """A new organization."""
    return api.create_organization("Lantern & <b>Loaf</b>")


@pytest.fixture
def browser(acme: OrganizationClient) -> Iterator[BrowserClient]:
    """A browser that has signed in to it."""
    with open_signed_in_browser(acme) as opened:
        yield opened


@pytest.fixture(params=[True, False], ids=["code", "password"])
def kind(network: Authnet, request: pytest.FixtureRequest) -> Iterator[None]:
    """The network answers in one way, and in the other."""
    network.gives_code = request.param
    yield
    network.gives_code = True


def begin(browser: BrowserClient, network: Authnet) -> str:
    """Begin with the form of the page, which must succeed; returns the address of the server's
    page."""
    answer = browser.send(f"{FORM}/authorize", **{"field-instance": network.host.url})
    assert answer.status_code == 200, answer.text
    return find_all(r'<a class="button primary" href="([^"]+)" rel="noreferrer">', answer.text)


def allow(url: str, **query: str) -> str:
    """Allow the access on the server's page; returns the address to which it leads back."""
    return httpx.get(httpx.URL(url).copy_merge_params(query)).headers["location"]


def come_back(browser: BrowserClient, address: str) -> str:
    """Follow the server's redirect; returns where our answer leads."""
    answer = browser.http.get(address, headers=HTML)
    assert answer.status_code == 303, answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "no-store"
    return browser.http.shorten(answer.headers["location"])


def is_connected(organization: OrganizationClient) -> bool:
    """Whether it has an account."""
    connected: bool = organization.get("/profile")["connected"]
    return connected


def all_rows(api: ApiServer) -> str:
    """The whole database, as text."""
    tables = MetaData()
    tables.reflect(api.database.engine)
    with api.database.read() as session:
        rows = [list(session.connection().execute(select(t))) for t in tables.tables.values()]
    return str(rows)


@pytest.mark.usefixtures("kind")
def test_an_account_is_connected_on_the_servers_page(
    acme: OrganizationClient, browser: BrowserClient, network: Authnet
) -> None:
    """The account is there when the person is back, and no secret stays in the address."""
    location = come_back(browser, allow(begin(browser, network)))
    assert location == "/accounts?done=connect"
    assert "Connected. Posts that waited" in browser.read(location)
    (account,) = acme.get("/profile")["accountLinks"]
    assert account["username"] == "alice@social.example"
    assert COOKIE not in browser.http.cookies


def test_the_page_has_both_ways(browser: BrowserClient) -> None:
    """Each form has fields with ids of their own, and only the typed one asks for the secret."""
    page = browser.read(FORM)
    assert f'action="{FORM}/authorize"' in page
    assert f'action="{FORM}"' in page
    assert page.count('id="authorize-instance"') == page.count('id="connect-instance"') == 1
    assert 'id="authorize-accessToken"' not in page
    assert 'id="connect-accessToken"' in page
    again = browser.read(f"{FORM}?username=alice&address=https://social.example")
    assert again.count('value="https://social.example"') == 2


def test_the_browser_is_bound_by_a_cookie(browser: BrowserClient, network: Authnet) -> None:
    """It is out of reach for scripts, ends after 15 minutes, and comes along from another site by a
    link alone."""
    answer = browser.send(f"{FORM}/authorize", **{"field-instance": network.host.url})
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith(f"{COOKIE}=")
    assert cookie.endswith(f"; Max-Age={LIFETIME}; Path=/; HttpOnly; SameSite=Lax")


def test_a_session_is_renewed_beside_it(
    api: ApiServer, browser: BrowserClient, network: Authnet
) -> None:
    """One response sets both cookies."""
    data = {"csrf": browser.csrf(), "field-instance": network.host.url}
    age_session(api.database, browser.cookie, session.RENEW_AFTER)
    answer = browser.http.post(f"{FORM}/authorize", data=data, headers={"Origin": browser.origin})
    names = [each.partition("=")[0] for each in answer.headers.get_list("set-cookie")]
    assert sorted(names) == sorted([COOKIE, session.COOKIE_NAME])


@pytest.mark.usefixtures("kind")
def test_a_person_with_a_link(api: ApiServer, acme: OrganizationClient, network: Authnet) -> None:
    """The last page names the organization and the account, and leads back by a plain link."""
    body = {"platform": PLATFORM, "redirectUrl": BACK}
    url = urlsplit(acme.call("POST", "/connect", json=body).json()["access_url"])
    with open_browser(api) as browser:
        page = browser.read(f"{url.path}?{url.query}")
        assert 'action="/connect/authorize"' in page
        token = find_all(r'name="token" value="([^"]+)"', page)
        data = {"token": token, "field-instance": network.host.url}
        own = {"Origin": browser.origin}
        away = browser.http.post("/connect/authorize", data=data, headers=own)
        location = come_back(browser, allow(find_all(r'primary" href="([^"]+)"', away.text)))
        result = browser.read(location)
    assert location.startswith("/connect/result?token=")
    assert '<strong dir="auto">Lantern &amp; &lt;b&gt;Loaf&lt;/b&gt;</strong>' in result
    assert "Alice (alice@social.example)" in result
    assert find_all(r'<a href="([^"]+)" rel="noreferrer">', result) == BACK
    assert is_connected(acme)


def test_coming_back_twice(
    acme: OrganizationClient, browser: BrowserClient, network: Authnet
) -> None:
    """The second time nobody waits for the answer; and where the cookie is still there, the server
    refuses the code. The account stays as it is."""
    url = begin(browser, network)
    kept, address = browser.http.cookies[COOKIE], allow(url)
    come_back(browser, address)
    account = acme.get("/profile")["accountLinks"]
    assert come_back(browser, address) == GONE
    browser.http.cookies.set(COOKIE, kept)
    answer = browser.http.get(come_back(browser, address))
    assert (answer.status_code, "does not accept the code" in answer.text) == (400, True)
    assert acme.get("/profile")["accountLinks"] == account


@pytest.mark.usefixtures("kind")
def test_another_browser(
    api: ApiServer, acme: OrganizationClient, browser: BrowserClient, network: Authnet
) -> None:
    """Nobody connects an account of theirs to another's organization with a link that they send,
    also not while that person is connecting one."""
    other = api.create_organization()
    with open_signed_in_browser(other) as attacker:
        sent = allow(begin(attacker, network))
        assert come_back(browser, sent) == GONE
        begin(browser, network)
        assert come_back(browser, sent) == GONE
    page = browser.http.get(GONE, headers=HTML)
    assert (page.status_code, "begin again" in page.text) == (404, True)
    assert not is_connected(acme)
    assert not is_connected(other)


@pytest.mark.parametrize("wrong", ["no state", "another state", "expired", "foreign", "nonsense"])
def test_an_answer_that_nobody_waits_for(
    acme: OrganizationClient, browser: BrowserClient, network: Authnet, wrong: str
) -> None:
    """Without its own state, or with an authorization that has ended or is not ours, nothing is
    written, and the server is not asked."""
    address = allow(begin(browser, network))
    state = parse_qs(urlsplit(address).query)["state"][0]
    asked = ConnectLink(acme.id, PLATFORM, None, 0)
    pending = {"instance": network.host.url, "secret": APP_SECRET}
    old = PendingAuthorization(asked, False, pending, state, time.time() - LIFETIME - 1)
    fresh = PendingAuthorization(asked, False, pending, state, time.time())
    cookies = {
        "expired": encode(old, Cipher(SECRET)),
        "foreign": encode(fresh, Cipher("another")),
        "nonsense": "nonsense",
    }
    if wrong in cookies:
        browser.http.cookies.clear()
        browser.http.cookies.set(COOKIE, cookies[wrong])
    given = {"no state": "", "another state": f"&state={state[:-1]}"}
    address = address.replace(f"&state={state}", given.get(wrong, f"&state={state}"))
    before = len(network.host.requests)
    assert come_back(browser, address) == GONE
    assert len(network.host.requests) == before
    assert not is_connected(acme)


def test_the_person_refuses(
    acme: OrganizationClient, browser: BrowserClient, network: Authnet
) -> None:
    """The page says so and leads to the form again; nothing was written."""
    location = come_back(browser, allow(begin(browser, network), refuse="1"))
    answer = browser.http.get(location)
    assert answer.status_code == 400
    assert REFUSED.capitalize() in answer.text
    page = browser.http.shorten(answer.text)
    assert find_all(r'<a class="button" href="([^"]+)">Begin again', page) == FORM
    assert not is_connected(acme)


def test_a_refusal_with_a_link_leads_back_to_it(
    api: ApiServer, acme: OrganizationClient, network: Authnet
) -> None:
    """The link works until its own end, and the way back to the caller is there too."""
    body = {"platform": PLATFORM, "redirectUrl": BACK}
    query = urlsplit(acme.call("POST", "/connect", json=body).json()["access_url"]).query
    data = {"token": parse_qs(query)["token"][0], "field-instance": network.host.url}
    with open_browser(api) as browser:
        own = {"Origin": browser.origin}
        away = browser.http.post("/connect/authorize", data=data, headers=own)
        url = find_all(r'primary" href="([^"]+)"', away.text)
        page = browser.http.get(come_back(browser, allow(url, refuse="1"))).text
        again = find_all(r'<a class="button" href="([^"]+)">Begin again', page)
        assert 'action="/connect/authorize"' in browser.read(again)
    assert BACK in page


def test_a_server_of_another_kind(browser: BrowserClient, network: Authnet) -> None:
    """The sentence is at the field of the form that leads away, and at no other."""
    wrong = f"{network.host.url}/elsewhere"
    answer = browser.send(f"{FORM}/authorize", **{"field-instance": wrong})
    assert answer.status_code == 400
    field = find_all(r'(<input id="authorize-instance"[^>]*>)', answer.text)
    assert 'aria-invalid="true"' in field
    assert f'value="{wrong}"' in field
    assert "Is no server of this network." in answer.text
    assert answer.text.count("aria-invalid") == 1
    assert "set-cookie" not in answer.headers


def test_a_server_that_does_not_answer(
    acme: OrganizationClient, browser: BrowserClient, network: Authnet
) -> None:
    """503 in words, before the page and after it; nothing was written."""
    gone = "http://127.0.0.1:9"
    answer = browser.send(f"{FORM}/authorize", **{"field-instance": gone})
    assert (answer.status_code, "cannot be reached" in answer.text) == (503, True)
    state = parse_qs(urlsplit(allow(begin(browser, network))).query)["state"][0]
    asked = ConnectLink(acme.id, PLATFORM, None, 0)
    pending = {"instance": gone, "secret": APP_SECRET}
    authorization = PendingAuthorization(asked, False, pending, state, time.time())
    browser.http.cookies.clear()
    browser.http.cookies.set(COOKIE, encode(authorization, Cipher(SECRET)))
    answer = browser.http.get(come_back(browser, f"/connect/callback?code=x&state={state}"))
    assert (answer.status_code, "cannot be reached" in answer.text) == (503, True)
    assert not is_connected(acme)


@pytest.mark.parametrize("page", ["javascript:alert(1)", "//evil.example/", "ftp://a.example/"])
def test_a_server_that_names_no_page(browser: BrowserClient, network: Authnet, page: str) -> None:
    """Nobody is led to an address that is no web page: a server that somebody typed names it."""
    network.page = page
    try:
        answer = browser.send(f"{FORM}/authorize", **{"field-instance": network.host.url})
    finally:
        network.page = None
    assert (answer.status_code, page in answer.text) == (400, False)


def test_a_code_where_nobody_knows_our_address(
    acme: OrganizationClient, browser: BrowserClient, network: Authnet
) -> None:
    """Without a public address, away from this machine, the server shows a code to be typed."""
    named = {"Host": "slotbeat.lan", "Origin": "http://slotbeat.lan", **HTML}
    data = {"csrf": browser.csrf(), "field-instance": network.host.url}
    page = browser.http.post(f"{FORM}/authorize", data=data, headers=named)
    assert "set-cookie" not in page.headers
    code = httpx.get(find_all(r'<a href="([^"]+)" target="_blank"', page.text)).text
    token = find_all(r'name="token" value="([^"]+)"', page.text)

    def enter(**fields: str) -> httpx.Response:
        return browser.http.post("/connect/code", data=fields, headers=named)

    assert enter(token="nonsense", code=code).headers["location"] == GONE
    wrong = enter(token=token, code="wrong").headers["location"]
    assert "does not accept the code" in browser.http.get(wrong).text
    assert not is_connected(acme)
    done = enter(token=token, code=f" {code}\n")
    assert (done.status_code, page_of(done.headers["location"])) == (303, "/accounts?done=connect")
    assert is_connected(acme)


@pytest.mark.parametrize("path", ["/connect/code", "/connect/authorize"])
def test_another_sites_form_is_refused(browser: BrowserClient, path: str) -> None:
    """403, whatever it holds."""
    headers = {"Origin": "https://evil.example"}
    assert browser.http.post(path, data={"token": "x"}, headers=headers).status_code == 403


@pytest.mark.usefixtures("kind")
def test_no_secret_is_shown_or_kept(
    acme: OrganizationClient,
    browser: BrowserClient,
    network: Authnet,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Code, password and our application's secret are in no log line, page, metric or row, whether
    the answer is awaited or not."""
    redact_access_log()  # as every process does when it configures its log
    access_log = logging.getLogger("uvicorn.access")
    for name, value in (("propagate", True), ("disabled", False)):  # as no earlier test left it
        monkeypatch.setattr(access_log, name, value)
    caplog.set_level("DEBUG")
    caplog.set_level("DEBUG", access_log.name)
    url = begin(browser, network)
    cookie, address = browser.http.cookies[COOKIE], allow(url)
    pages = [browser.read(come_back(browser, address))]
    browser.http.cookies.set(COOKIE, cookie)
    pages += [browser.http.get(come_back(browser, address)).text for _ in range(2)]
    metrics = browser.http.get("/metrics", headers={"Authorization": f"Bearer {acme.key}"}).text
    state = parse_qs(urlsplit(address).query)["state"][0]
    theirs = ("httpx", "httpcore")  # the browser's
    logged = [each.getMessage() for each in caplog.records if not each.name.startswith(theirs)]
    assert "GET /connect/callback: 303" in logged
    assert any("GET /connect/callback?… HTTP" in line for line in logged)
    for secret in (CODE, PASSWORD, APP_SECRET, cookie, state):
        everything = [*logged, *pages, metrics, all_rows(acme.api)]
        assert not any(secret in text for text in everything)


def test_an_organization_that_is_switched_off(
    acme: OrganizationClient, browser: BrowserClient, network: Authnet
) -> None:
    """It connects nothing: neither does it begin, nor finish what was begun before."""
    address = allow(begin(browser, network))
    acme.put_settings(isEnabled=False)
    answer = browser.http.get(come_back(browser, address))
    assert (answer.status_code, "switched off" in answer.text) == (403, True)
    begun = browser.send(f"{FORM}/authorize", **{"field-instance": network.host.url})
    assert begun.status_code == 403
    assert not is_connected(acme)


def test_a_network_without_a_page(browser: BrowserClient) -> None:
    """404: there is nothing to lead to."""
    assert browser.send("/accounts/connect/bluesky/authorize").status_code == 404


def test_behind_a_proxy_that_is_counted(
    tmp_path: Path, sqlite_template: Path, network: Authnet
) -> None:
    """The public address is the one to come back to, the cookie is bound to its host, and tries are
    counted: awaited answers by organization, others by address."""
    overrides = {"public_url": "https://slotbeat.example", "allow_private_hosts": True}
    with run_testnet_api(sqlite_template, tmp_path, network, rate_limit=3, **overrides) as api:
        acme = api.create_organization()
        link = ConnectLink(acme.id, PLATFORM, None, time.time())
        pending = {"instance": network.host.url, "secret": APP_SECRET}
        authorization = PendingAuthorization(link, True, pending, "state", time.time())
        with open_browser(api) as browser:
            url = acme.call("POST", "/connect", json={"platform": PLATFORM}).json()["access_url"]
            data = {
                "token": parse_qs(urlsplit(url).query)["token"][0],
                "field-instance": network.host.url,
            }
            own = {"Origin": "https://slotbeat.example"}
            away = browser.http.post("/connect/authorize", data=data, headers=own)
            known = {"Cookie": f"__Host-{COOKIE}={encode(authorization, Cipher(SECRET))}"}
            path = "/connect/callback?code=wrong&state=state"
            answers = [browser.http.get(path, headers=known) for _ in range(2)]
            guesses = [browser.http.get(path).status_code for _ in range(4)]
    assert allow(find_all(r'primary" href="([^"]+)"', away.text)).startswith(
        "https://slotbeat.example/connect/callback?"
    )
    (cookie,) = away.headers.get_list("set-cookie")
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert cookie.endswith("; Secure")
    assert [each.status_code for each in answers] == [303, 429]
    assert ["set-cookie" in each.headers for each in answers] == [True, False]
    assert guesses == [303, 303, 303, 429]
