"""Sign-in with an API key, and sign-out."""

import re

from playwright.sync_api import expect

from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

# The browser logs every response with an error status.
UNAUTHORIZED = "status of 401"


def test_a_valid_key_opens_the_calendar_and_a_wrong_one_does_not(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """A wrong key gets a message and can be tried again; after signing out, no page opens."""
    visitor = users.new_user()
    page = visitor.page
    visitor.guard.expect_errors(UNAUTHORIZED)
    page.goto("/")
    visitor.sign_in("sb_wrong")
    expect(page.get_by_role("alert")).to_contain_text("unknown, revoked or expired")
    visitor.sign_in(organization.key)
    expect(page.get_by_text(organization.name)).to_be_visible()
    visitor.sign_out()
    expect(page.get_by_label("API key")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("API key")).to_be_visible()
    page.goto("/rules")
    expect(page.get_by_label("API key")).to_be_visible()


def test_signing_in_leads_to_where_one_wanted_to_go(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """A link to a month leads to that month, and the page does not contain the key."""
    visitor = users.new_user()
    visitor.page.goto("/?view=month")
    visitor.sign_in(organization.key)
    visitor.page.wait_for_url(re.compile(r"view=month$"))
    assert organization.key not in visitor.page.content()


def test_no_script_can_read_the_session(calendar: CalendarPage) -> None:
    """Scripts and other sites cannot read the cookie."""
    (cookie,) = calendar.page.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] in ("Lax", "Strict")
    assert calendar.page.evaluate("document.cookie") == ""


def test_a_session_ends_with_its_key(
    server: SlotbeatServer, organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """When the key is revoked, the open page goes to the sign-in page by itself."""
    calendar.guard.expect_errors(UNAUTHORIZED)
    server.revoke(organization)
    expect(calendar.page.get_by_label("API key")).to_be_visible()
