"""The page of API keys, and what visitors with fewer scopes may do on the pages."""

import re
from typing import cast

import pytest
from fastapi.routing import APIRoute

from models.store.tenants import api_keys
from models.store.tenants.api_keys import KeyGrant
from services.posts.allowed_actions import PostAction
from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    BrowserClient,
    find_all,
    open_browser,
    open_signed_in_browser,
)
from ui import ORGANIZATION_ROUTERS

ROUTES = [
    (method, each.path)
    for router in ORGANIZATION_ROUTERS
    for each in cast("list[APIRoute]", router.routes)
    for method in sorted(each.methods or ())
]
# What a visitor does with its own session, and what answers a post that waits for approval.
OWN = {"/sign-out", "/sessions/{session_id}/end"}
APPROVING = {"approve", "request-changes", "reject"}
# The action in the form says which of two scopes it needs: test_key_scopes.py of the API.
BY_FORM = {"/bulk", "/inbox", "/approvals"}


def key_of(organization: OrganizationClient, *scopes: str) -> str:
    """A new key with these scopes."""
    with organization.api.database.write() as session:
        return api_keys.create_key(session, organization.id, KeyGrant("Limited", scopes))[1]


def addresses() -> list[tuple[str, str, str]]:
    """Method, path and needed scope of each page and form; of one with an action, of each action.
    The key page is beside this list: it needs all scopes."""
    found = []
    for method, path in ROUTES:
        is_by_form = method != "GET" and path in BY_FORM
        if path.startswith("/keys") or path in OWN or is_by_form:
            continue
        for action in [*PostAction] if path.endswith("{action}") else [""]:
            needed = "approve" if action in APPROVING else "write"
            where = re.sub(r"\{\w+\}", "0" * 32, path.replace("{action}", action))
            found.append((method, where, "read" if method == "GET" else needed))
    return found


def lacking(browser: BrowserClient, method: str, path: str) -> set[str]:
    """The scope that a page refuses the visitor for; none if it does not."""
    headers = {"Origin": browser.origin, "Accept": "application/json"}
    answer = browser.http.request(method, path, headers=headers)
    if answer.status_code != 403:
        return set()
    return set(re.findall("lacks the scope '([a-z]+)'", answer.text))


@pytest.mark.parametrize("scope", ["write", "approve"])
def test_every_page_and_form_needs_its_scope(organization: OrganizationClient, scope: str) -> None:
    """Of the routes as they are today and later: a visitor whose key reads and has one scope more
    sees every page, and sends the forms of that scope alone."""
    with open_browser(organization.api) as browser:
        browser.sign_in(key_of(organization, "read", scope))
        for method, path, needed in addresses():
            expected = {needed} - {"read", scope}
            assert lacking(browser, method, path) == expected, (method, path)
        missing = {"write", "approve"} - {scope}
        assert lacking(browser, "GET", "/keys") == missing
        assert lacking(browser, "POST", "/keys") == missing
        assert browser.send("/sign-out").headers["location"] == "/sign-in"


def test_what_a_visitor_may_not_do_is_not_offered(organization: OrganizationClient) -> None:
    """The menu has the keys for those who manage them, the head has a new post for those who write;
    a refusal is a page that names the scope."""
    with open_signed_in_browser(organization) as owner, open_browser(organization.api) as reader:
        reader.sign_in(key_of(organization, "read"))
        assert 'href="/keys"' in owner.read()
        assert 'href="/keys"' not in reader.read()
        assert "data-new" in owner.read()
        assert "data-new" not in reader.read()
        answer = reader.http.get("/keys", headers=HTML)
        assert answer.status_code == 403
        assert "Limited" in answer.text
        assert "lacks the scope" in answer.text


def test_a_key_is_made_on_the_page_and_shown_once(organization: OrganizationClient) -> None:
    """With the scopes that are ticked and its last day; the next page does not show it."""
    with open_signed_in_browser(organization) as browser:
        fields = {"name": "Zapier & Co", "scopes": "read", "expiresAt": "2099-06-30"}
        answer = browser.send("/keys", **fields)
        key = find_all(r'<code class="secret">(sb_[^<]+)</code>', answer.text)
        assert answer.headers["cache-control"] == "no-store"
        made = organization.get("/keys")["keys"][1]
        assert (made["name"], made["scopes"]) == ("Zapier & Co", ["read"])
        assert made["expiresAt"].startswith("2099-07-01")
        assert OrganizationClient(organization.id, key, organization.api).posts() == []
        shown = browser.read("/keys")
        assert key not in shown
        assert "Zapier &amp; Co" in shown


def test_a_wrong_form_keeps_what_was_typed(organization: OrganizationClient) -> None:
    """It says at the field what is wrong, and makes no key."""
    with open_signed_in_browser(organization) as browser:
        answer = browser.send("/keys", name="Zapier", scopes="read", expiresAt="2020-01-01")
        assert answer.status_code == 400
        assert 'value="Zapier"' in answer.text
        assert "must lie in the future" in answer.text
        assert len(organization.get("/keys")["keys"]) == 1


def test_the_last_full_key_is_revoked_with_a_warning_alone(
    organization: OrganizationClient,
) -> None:
    """Any other key is revoked at once. Revoking the own key signs out."""
    with open_signed_in_browser(organization) as browser:
        organization.call("POST", "/keys", json={"name": "Zapier", "scopes": ["read"]})
        first, zapier = organization.get("/keys")["keys"]
        assert "last key with all scopes" in browser.read("/keys")
        answer = browser.send(f"/keys/{zapier['id']}/revoke")
        assert answer.headers["location"].endswith("/keys?done=revoke")
        assert "The key is revoked" in browser.read("/keys?done=revoke")
        assert "Ended keys (1)" in browser.read("/keys")
        refused = browser.send(f"/keys/{first['id']}/revoke")
        assert refused.status_code == 409
        assert "the last key with all scopes" in refused.text
        browser.send(f"/keys/{first['id']}/revoke", force="1")
        assert browser.http.get("/").headers["location"].startswith("/sign-in")
