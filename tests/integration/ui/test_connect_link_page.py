"""The page behind the link of `POST connect`: no session, a token for a quarter of an hour."""

import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from models.encryption import Cipher
from services.connecting.connect_link import ConnectLink, encode
from services.connecting.sealed_token import LIFETIME
from tests.integration.live_server import SECRET, ApiServer, OrganizationClient
from tests.integration.testnet_api import run_testnet_api
from tests.integration.ui.browser_client import HTML, BrowserClient, find_all, open_browser
from tests.testnet import PASSWORD, PLATFORM, REFUSED, Testnet
from ui.sign_in import session
from ui.sign_in.csrf import CROSS_ORIGIN

CIPHER = Cipher(SECRET)
BACK = "https://app.example/done?user=7&x=%22"
FIELDS = {"field-handle": "alice", "field-appPassword": PASSWORD}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[ApiServer]:
    """The API with the test network."""
    folder = tmp_path_factory.mktemp("link")
    with run_testnet_api(sqlite_template, folder, Testnet()) as running:
        yield running


@pytest.fixture
def acme(api: ApiServer) -> OrganizationClient:
    """A new organization."""
    return api.create_organization("Lantern & <b>Loaf</b>")


@pytest.fixture
def browser(api: ApiServer) -> Iterator[BrowserClient]:
    """A browser that has not signed in."""
    with open_browser(api) as opened:
        yield opened


def link_of(acme: OrganizationClient, **fields: str) -> str:
    """The path of the page, as connect answers it."""
    body = {"platform": PLATFORM, **fields}
    url = urlsplit(acme.call("POST", "/connect", json=body).json()["access_url"])
    return f"{url.path}?{url.query}"


def token_of(path: str) -> str:
    """The token in the address of the page."""
    return parse_qs(urlsplit(path).query)["token"][0]


def submit(browser: BrowserClient, token: str, **fields: str) -> httpx.Response:
    """Submit the form of the page."""
    data = {"token": token, **FIELDS, **fields}
    return browser.http.post("/connect", data=data, headers={"Origin": browser.origin, **HTML})


def test_a_person_connects_an_account_and_goes_back(
    acme: OrganizationClient, browser: BrowserClient
) -> None:
    """The page says who gets the account and where it leads back; the account is linked, and a
    plain link goes back."""
    path = link_of(acme, redirectUrl=BACK)
    page = browser.read(path)
    assert '<strong dir="auto">Lantern &amp; &lt;b&gt;Loaf&lt;/b&gt;</strong>' in page
    assert "go back to <strong>app.example</strong>" in page
    token = find_all(r'name="token" value="([^"]+)"', page)
    answer = submit(browser, token)
    assert answer.status_code == 200
    assert find_all(r'<a href="([^"]+)" rel="noreferrer">', answer.text) == BACK
    assert "Alice" in answer.text
    assert acme.get("/profile")["accountLinks"][0]["username"] == "alice"


def test_without_a_page_to_return_to(acme: OrganizationClient, browser: BrowserClient) -> None:
    """The last page says that it can be closed."""
    answer = submit(browser, token_of(link_of(acme)))
    assert "You can close this page." in answer.text


def test_wrong_credentials_can_be_corrected(
    acme: OrganizationClient, browser: BrowserClient
) -> None:
    """The form comes back with a sentence and its token, without the password."""
    token = token_of(link_of(acme))
    answer = submit(browser, token, **{"field-appPassword": "wrong-password"})
    assert answer.status_code == 400
    assert REFUSED in answer.text
    assert "wrong-password" not in answer.text
    assert acme.get("/profile")["connected"] is False
    assert submit(browser, find_all(r'name="token" value="([^"]+)"', answer.text)).is_success


@pytest.mark.parametrize("kind", ["none", "nonsense", "cookie", "expired", "foreign", "cut"])
def test_a_wrong_token_opens_nothing(
    acme: OrganizationClient, browser: BrowserClient, kind: str
) -> None:
    """Neither the page nor its form; the sentence says what to do."""
    now = time.time()
    tokens = {
        "none": "",
        "nonsense": "nonsense",
        "cookie": session.encode(session.new_token(), CIPHER),
        "expired": encode(ConnectLink(acme.id, PLATFORM, None, now - LIFETIME - 1), CIPHER),
        "foreign": encode(ConnectLink(acme.id, PLATFORM, None, now), Cipher("another")),
        "cut": token_of(link_of(acme))[:-8],
    }
    shown = browser.http.get("/connect", params={"token": tokens[kind]})
    for answer in (shown, submit(browser, tokens[kind])):
        assert answer.status_code == 404
        assert "The link has ended" in answer.text
    assert acme.get("/profile")["connected"] is False


def test_a_link_is_for_its_own_organization(
    api: ApiServer, acme: OrganizationClient, browser: BrowserClient
) -> None:
    """Another one gets nothing, whatever the form says."""
    other = api.create_organization()
    fields = {"organizationId": other.id, "field-organizationId": other.id}
    assert submit(browser, token_of(link_of(acme)), **fields).status_code == 400
    assert submit(browser, token_of(link_of(acme)), organizationId=other.id).is_success
    assert acme.get("/profile")["connected"] is True
    assert other.get("/profile")["connected"] is False


def test_a_link_that_is_used_twice_connects_the_same_account(
    acme: OrganizationClient, browser: BrowserClient
) -> None:
    """It makes no second one."""
    token = token_of(link_of(acme))
    for _ in range(2):
        assert submit(browser, token).is_success
    assert len(acme.get("/profile")["accountLinks"]) == 1


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_another_sites_form_is_refused(
    acme: OrganizationClient, browser: BrowserClient, headers: dict[str, str]
) -> None:
    """403, also with a right token."""
    data = {"token": token_of(link_of(acme)), **FIELDS}
    answer = browser.http.post("/connect", data=data, headers=headers)
    assert (answer.status_code, answer.json()["message"]) == (403, CROSS_ORIGIN)
    assert acme.get("/profile")["connected"] is False


def test_the_headers_of_the_page(acme: OrganizationClient, browser: BrowserClient) -> None:
    """Those of every page: the token leaks to no other site, and no other site frames the page."""
    answer = browser.http.get(link_of(acme))
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "set-cookie" not in answer.headers


def test_the_token_and_the_password_are_not_logged(
    acme: OrganizationClient, browser: BrowserClient, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the route alone."""
    caplog.set_level("DEBUG", "api")
    path = link_of(acme)
    browser.read(path)
    submit(browser, token_of(path))
    assert "/connect" in caplog.text
    assert token_of(path) not in caplog.text
    assert PASSWORD not in caplog.text


def test_an_organization_that_is_switched_off(
    acme: OrganizationClient, browser: BrowserClient
) -> None:
    """Its links open nothing: 403."""
    path = link_of(acme)
    acme.put_settings(isEnabled=False)
    assert browser.http.get(path, headers=HTML).status_code == 403
    assert submit(browser, token_of(path)).status_code == 403


def test_tries_are_counted(tmp_path: Path, sqlite_template: Path) -> None:
    """Guessed tokens by address, entered values by organization: 429 over the limit."""
    with run_testnet_api(sqlite_template, tmp_path, Testnet(), rate_limit=3) as api:
        acme = api.create_organization()
        token = encode(ConnectLink(acme.id, PLATFORM, None, time.time()), CIPHER)
        with open_browser(api) as browser:
            guesses = [browser.http.get("/connect?token=a").status_code for _ in range(4)]
            tries = [
                submit(browser, token, **{"field-appPassword": "wrong"}).status_code
                for _ in range(4)
            ]
    assert guesses == [404, 404, 404, 429]
    assert tries == [400, 400, 400, 429]
