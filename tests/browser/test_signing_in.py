"""Coming in with an API key, and going."""

import re

from playwright.sync_api import expect

from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

# A browser's own line about an answer that is no success; there is no other way to say no.
UNAUTHORIZED = "status of 401"


def test_a_key_opens_the_calendar_and_another_one_does_not(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """A wrong key is told so and keeps nobody from trying again; after signing out all is shut."""
    visitor = users.new_user()
    page = visitor.page
    visitor.guard.expect_errors(UNAUTHORIZED)
    page.goto("/")
    visitor.sign_in("sb_wrong")
    expect(page.get_by_role("alert")).to_contain_text("unknown or revoked")
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
    """A link to a month comes out there, and the page's address names no key."""
    visitor = users.new_user()
    visitor.page.goto("/?view=month")
    visitor.sign_in(organization.key)
    visitor.page.wait_for_url(re.compile(r"view=month$"))
    assert organization.key not in visitor.page.content()


def test_no_script_can_read_the_session(calendar: CalendarPage) -> None:
    """The cookie is kept from the page's scripts, from other sites and from the API."""
    (cookie,) = calendar.page.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] in ("Lax", "Strict")
    assert calendar.page.evaluate("document.cookie") == ""


def test_a_session_ends_with_its_key(
    server: SlotbeatServer, organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Once the key is revoked, the open page leads to the door by itself."""
    calendar.guard.expect_errors(UNAUTHORIZED)
    server.revoke(organization)
    expect(calendar.page.get_by_label("API key")).to_be_visible()
