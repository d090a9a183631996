"""Addresses without an organization lead to the page of the one that has signed in."""

import pytest

from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import HTML, open_browser, open_signed_in_browser


@pytest.mark.parametrize("page", ["/", "/?view=month&date=2026-05-04", "/rules", "/accounts"])
def test_a_short_address_leads_to_the_organizations_page(
    organization: OrganizationClient, page: str
) -> None:
    """With its query; a page opens only under its own organization."""
    with open_signed_in_browser(organization) as browser:
        base = browser.http.base
        browser.http.base = ""
        answer = browser.http.get(page, headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (303, base + page)
        assert browser.http.get(base + page, headers=HTML).status_code == 200
        answer = browser.http.get(base[:-1] + page, headers=HTML)
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in?next=")


def test_a_short_address_needs_a_session(organization: OrganizationClient) -> None:
    """Without one it leads to the sign-in page, and from there back."""
    with open_browser(organization.api) as browser:
        answer = browser.http.get("/rules", headers=HTML)
        assert answer.headers["location"] == "/sign-in?next=%2Frules"
        answer = browser.sign_in(organization.key, next="/rules")
        assert answer.headers["location"] == f"{browser.http.base}/rules"
