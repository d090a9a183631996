"""The page of the accounts, and its form that connects one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.store import clock
from models.store.tenants import connections
from tests.integration.account_factories import sync_accounts
from tests.integration.live_server import ApiServer, OrganizationClient
from tests.integration.testnet_api import run_testnet_api
from tests.integration.ui.browser_client import (
    BrowserClient,
    find_all,
    open_signed_in_browser,
    page_of,
)
from tests.testnet import PASSWORD, PLATFORM, REFUSED, Testnet

FORM = f"/accounts/connect/{PLATFORM}"
FIELDS = {"field-handle": "alice", "field-appPassword": PASSWORD}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[ApiServer]:
    """The API with the test network."""
    folder = tmp_path_factory.mktemp("accounts")
    with run_testnet_api(sqlite_template, folder, Testnet()) as running:
        yield running


@pytest.fixture
def acme(api: ApiServer) -> OrganizationClient:
    """A new organization."""
    return api.create_organization()


@pytest.fixture
def browser(acme: OrganizationClient) -> Iterator[BrowserClient]:
    """A browser that has signed in to it."""
    with open_signed_in_browser(acme) as opened:
        yield opened


def connect(browser: BrowserClient, **fields: str) -> str:
    """Connect with the form, which must succeed; returns the page of the accounts."""
    answer = browser.send(FORM, **{**FIELDS, **fields})
    assert answer.status_code == 303
    assert page_of(answer.headers["location"]) == "/accounts?done=connect"
    return browser.read(answer.headers["location"])


def test_the_page_of_nobody(browser: BrowserClient) -> None:
    """It is in the navigation, and offers each network with a form, and the provider's pages."""
    page = browser.read("/accounts")
    assert 'href="/accounts" aria-current="page"' in page
    assert "There is no account yet" in page
    assert f'href="{FORM}"' in page
    assert 'href="http://127.0.0.1:8990/connect?platform=facebook"' in page
    assert f"8990/connect?platform={PLATFORM}" not in page


def test_an_account_is_connected_with_the_form(browser: BrowserClient) -> None:
    """It shows with its network, state and connection, and the notice says so."""
    page = connect(browser)
    assert "Connected. Posts that waited" in page
    shown = find_all(r"<li>\s*<span class=\"account-sign.*?(<h3>.*?)<details", page)
    for each in ("Alice", "Threads", "alice", "Works", "through testnet at testnet.example"):
        assert each in shown


def test_wrong_credentials_stay_on_the_form(browser: BrowserClient) -> None:
    """With the sentence and the handle, and without the password."""
    answer = browser.send(FORM, **{**FIELDS, "field-appPassword": "wrong-password"})
    assert answer.status_code == 400
    assert REFUSED in answer.text
    assert 'value="alice"' in answer.text
    assert "wrong-password" not in answer.text
    assert "There is no account yet" in browser.read("/accounts")


def test_an_error_is_at_its_field(browser: BrowserClient) -> None:
    """The field names its sentence, for screen readers too."""
    answer = browser.send(FORM, **{"field-handle": "a\x07b", "field-appPassword": PASSWORD})
    field = find_all(r'(<input id="connect-handle"[^>]*>)', answer.text)
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="connect-handle-hint connect-handle-problem"' in field
    assert "Must be one line without control characters." in answer.text


def test_a_secret_is_typed_hidden_and_kept_nowhere(browser: BrowserClient) -> None:
    """Its field is a password's, which no browser remembers."""
    field = find_all(r'(<input id="connect-appPassword"[^>]*>)', browser.read(FORM))
    assert 'type="password"' in field
    assert 'autocomplete="off"' in field
    assert 'value=""' in field


def test_a_server_that_cannot_be_reached(browser: BrowserClient) -> None:
    """503 with the form and a sentence."""
    answer = browser.send(FORM, **FIELDS, **{"field-service": "http://127.0.0.1:9/"})
    assert answer.status_code == 503
    assert "The server cannot be reached: the server must have a public address" in answer.text


def test_a_name_is_shown_as_text(browser: BrowserClient) -> None:
    """Markup in it is escaped, on the page and in the link that connects it again."""
    page = connect(browser, **{"field-handle": "<script>&\"'"})
    assert "<script>&" not in page.replace('<script type="module"', "")
    assert "&lt;Script&gt;" in page


def test_a_refused_account_is_connected_again(
    acme: OrganizationClient, browser: BrowserClient
) -> None:
    """The page says why, and its link leads to the form with the handle and the server."""
    connect(browser)
    with acme.api.database.write() as session:
        (own,) = (each for each in connections.list_used(session, acme.id) if each.organization_id)
        connections.record_refusal(session, own.id, clock.now(session))
    page = browser.read("/accounts")
    assert "needs attention" in page
    assert "Testnet refuses the credentials" in page
    again = find_all(r'href="([^"]*username=[^"]*)"', page)
    form = browser.read(again)
    assert 'value="alice"' in form
    assert 'value="https://testnet.example"' in form
    assert "needs attention" not in connect(browser)


def test_an_account_is_disconnected_and_connected_again(
    acme: OrganizationClient, browser: BrowserClient
) -> None:
    """The credentials are gone, and the page offers to connect it again."""
    account_id = find_all(r'name="accountId" value="([^"]+)"', connect(browser))
    answer = browser.send("/accounts/disconnect", accountId=account_id)
    page = browser.read(answer.headers["location"])
    assert "Disconnected. Posts that are planned" in page
    assert 'name="accountId"' not in page
    assert find_all(r'href="([^"]*username=[^"]*)"', page).startswith(FORM)
    assert acme.get("/profile")["connected"] is False
    connect(browser)
    assert acme.get("/profile")["accountLinks"][0]["accountId"] == account_id


def test_an_account_of_the_environment(acme: OrganizationClient, browser: BrowserClient) -> None:
    """It is disconnected and connected again by buttons, and its credentials are nobody's."""
    (account,) = sync_accounts(acme, ("facebook", "OK"))
    assert "a connection that organizations share" in browser.read("/accounts")
    browser.send("/accounts/disconnect", accountId=account.id)
    assert acme.get("/profile")["connected"] is False
    page = browser.read("/accounts")
    platform = find_all(r'name="platform" value="([^"]+)"', page)
    answer = browser.send("/accounts/reconnect", platform=platform)
    assert page_of(answer.headers["location"]) == "/accounts?done=reconnect"
    assert acme.get("/profile")["connectedAccounts"] == ["facebook"]


def test_anothers_account_is_not_disconnected(api: ApiServer, browser: BrowserClient) -> None:
    """404 on the page, and the account stays."""
    other = api.create_organization()
    with open_signed_in_browser(other) as theirs:
        account_id = find_all(r'name="accountId" value="([^"]+)"', connect(theirs))
    answer = browser.send("/accounts/disconnect", accountId=account_id)
    assert answer.status_code == 404
    assert "There is no such account." in answer.text
    assert other.get("/profile")["connected"] is True


@pytest.mark.parametrize("platform", ["x", "nonsense", "Threads"])
def test_a_network_without_a_form(browser: BrowserClient, platform: str) -> None:
    """404 for its form, read or sent."""
    assert browser.http.get(f"/accounts/connect/{platform}").status_code == 404
    assert browser.send(f"/accounts/connect/{platform}", **FIELDS).status_code == 404


def test_an_organization_that_is_switched_off(
    acme: OrganizationClient, browser: BrowserClient
) -> None:
    """It connects nothing: 403."""
    acme.put_settings(isEnabled=False)
    assert browser.send(FORM, **FIELDS).status_code == 403
    assert browser.send("/accounts/reconnect", platform="x").status_code == 403
