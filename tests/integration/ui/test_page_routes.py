"""Every route of the pages, future ones too, requires a session and a form token."""

import re
from typing import cast

import pytest
from fastapi.routing import APIRoute

from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import HTML, SCRIPT, open_browser, open_signed_in_browser
from ui import OPEN_ROUTERS, ORGANIZATION_ROUTERS
from ui.organization_path import ORGANIZATION_PREFIX

# The link of `/connect` is its own key: tests/integration/ui/test_connect_link_page.py. Who comes
# back from a network's page has a cookie or a token: test_authorization_pages.py.
OPEN = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/connect"),
    ("POST", "/connect"),
    ("POST", "/connect/authorize"),
    ("POST", "/connect/code"),
    ("GET", "/connect/callback"),
    ("GET", "/connect/result"),
    ("GET", "/static/{version}/{name}"),
}
ROUTES = [
    (method, prefix + each.path)
    for prefix, routers in ((ORGANIZATION_PREFIX, ORGANIZATION_ROUTERS), ("", OPEN_ROUTERS))
    for router in routers
    for each in cast("list[APIRoute]", router.routes)
    for method in sorted(each.methods or ())
    if (method, each.path) not in OPEN
]
CHANGING = [path for method, path in ROUTES if method != "GET"]


def filled(path: str) -> str:
    """The path with a value for each parameter."""
    return re.sub(r"\{\w+\}", "0" * 32, path)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_page_opens_without_a_session(
    organization: OrganizationClient, method: str, path: str
) -> None:
    """Every route redirects to the sign-in page; the page's script gets 401."""
    with open_browser(organization.api) as browser:
        own = {"Origin": browser.origin}
        answer = browser.http.request(method, filled(path), headers={**own, **HTML})
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
        answer = browser.http.request(method, filled(path), headers={**own, **SCRIPT})
        assert answer.status_code == 401


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize("is_file", [False, True])
def test_no_page_changes_anything_for_another_sites_form(
    organization: OrganizationClient, path: str, *, is_file: bool
) -> None:
    """Neither without the session's token, nor with it from another origin, in whatever way the
    form is sent."""
    with open_signed_in_browser(organization) as browser:
        given = browser.csrf()

        def status(origin: str, token: str) -> int:
            fields = {"csrf": token, "caption": "Forged", "platforms": "x"}
            sent = {"files": {"file": ("a.txt", b"x")}} if is_file else {}
            headers = {"Origin": origin, **HTML}
            address = filled(path.replace(ORGANIZATION_PREFIX, browser.http.base))
            answer = browser.http.post(address, data=fields, headers=headers, **sent)  # type: ignore[arg-type]
            return answer.status_code

        refused = {403, 415}  # the latter where a form of the other kind is wanted
        assert status(browser.origin, "") in refused
        assert status(browser.origin, given[:-1] + "x") in refused
        assert status("https://example.org", given) in refused
        assert organization.posts() == []


def test_the_pages_routes_are_no_part_of_the_api(organization: OrganizationClient) -> None:
    """The OpenAPI document does not name them."""
    told = organization.api.http.get("/openapi.json").json()["paths"]
    assert not [path for _, path in ROUTES if path in told]
