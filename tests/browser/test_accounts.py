"""The page of the accounts in a browser, with script and without."""

import pytest
from playwright.sync_api import expect

from tests.browser.page_user import PageUsers
from tests.browser.slotbeat_server import BrowserTenant
from tests.wait import wait_until


@pytest.mark.parametrize("has_script", [True, False])
def test_an_account_is_disconnected_and_connected_again(
    users: PageUsers, organization: BrowserTenant, *, has_script: bool
) -> None:
    """Disconnecting asks first; both answer with the page and its notice."""
    wait_until(lambda: organization.api.call("GET", "/profile")["connected"], what="the accounts")
    visitor = users.signed_in(organization, java_script_enabled=has_script)
    page = visitor.page
    visitor.open_settings()
    page.get_by_role("link", name="Accounts").click()
    account = page.get_by_role("main").get_by_role("listitem").filter(has_text="Disconnect").first
    name = account.get_by_role("heading").inner_text()
    account.locator("summary").click()
    account.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("status").filter(has_text="Disconnected.")).to_be_visible()
    gone = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))
    expect(gone).to_contain_text("disconnected")
    gone.get_by_role("button", name="Connect again").click()
    expect(page.get_by_role("status").filter(has_text="Connected again.")).to_be_visible()
    expect(page.get_by_role("button", name="Connect again")).to_have_count(0)
