"""Two organizations in one browser: in two tabs they never mix."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe_core import find_violations
from tests.browser.page_user import PHONE, CalendarPage, PageUsers
from tests.browser.rule_times import far_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

OTHER = "Harbour Yoga"


def organization_menu(page: Page) -> Locator:
    """Open the menu of the organization in the page's head."""
    found = page.get_by_role("navigation", name="Organization", exact=True)
    found.locator("summary").click()
    return found


def add_organization(visitor: CalendarPage, other: BrowserTenant) -> None:
    """Sign in to another organization beside the first."""
    organization_menu(visitor.page).get_by_role("link", name="Add an organization").click()
    expect(visitor.page.get_by_text("You are signed in to")).to_be_visible()
    visitor.sign_in(other.key)
    expect(name_of(visitor.page)).to_have_text(other.name)


def name_of(page: Page) -> Locator:
    """The organization in the page's head."""
    return page.get_by_role("navigation", name="Organization", exact=True).locator("strong")


def write_post(page: Page, caption: str) -> None:
    """Put a text for X into the queue, from the calendar on."""
    page.get_by_role("link", name="New post", exact=True).click()
    page.get_by_label("Caption").fill(caption)
    page.get_by_role("checkbox", name=re.compile(r"^X\b")).check()
    page.get_by_role("main").locator("button.primary").click()
    page.wait_for_url(re.compile("post="))


def test_two_organizations_in_two_tabs_never_mix(
    server: SlotbeatServer, users: PageUsers, organization: BrowserTenant
) -> None:
    """A tab stays with its organization, whatever the other tab does: its calendar, its forms, what
    it posts. Signing out of one leaves the other signed in."""
    other = server.organization(OTHER)
    for each in (organization, other):
        each.settings(queueSlots=far_rule())
    first = users.signed_in(organization)
    first.guard.expect_errors("status of 401")
    second = CalendarPage(first.page.context.new_page(), first.guard)
    second.page.goto("/")
    add_organization(second, other)
    for visitor, caption in ((first, "Of the first"), (second, "Of the second")):
        write_post(visitor.page, caption)
    (mine,), (theirs,) = organization.api.posts(), other.api.posts()
    assert (mine["caption"], theirs["caption"]) == ("Of the first", "Of the second")
    assert mine["createdBy"]["id"] == organization.key_id
    assert theirs["createdBy"]["id"] == other.key_id
    for visitor, owner, post, missing in (
        (first, organization, mine, "Of the second"),
        (second, other, theirs, "Of the first"),
    ):
        visitor.page.goto(f"{base_of(visitor.page)}/?date={slot_of(post):%Y-%m-%d}")
        expect(visitor.card(post["caption"])).to_be_visible()
        expect(visitor.card(missing)).to_have_count(0)
        expect(name_of(visitor.page)).to_have_text(owner.name)
    organization_menu(second.page).get_by_role("button", name=f"Sign out of {OTHER}").click()
    expect(name_of(second.page)).to_have_text(organization.name)
    first.open_post("Of the first")
    expect(name_of(first.page)).to_have_text(organization.name)


def base_of(page: Page) -> str:
    """How the addresses of the organization's pages begin."""
    found = re.search(r"/o/[^/]+", page.url)
    assert found, page.url
    return found[0]


def test_brands_and_keys_by_keyboard_and_on_a_phone(
    server: SlotbeatServer, users: PageUsers, organization: BrowserTenant
) -> None:
    """The switcher leads from one organization to the other; a key is made with fewer rights, used,
    and revoked; the other browser is signed out from the list. No page breaks a rule of
    accessibility or is wider than a phone."""
    owner = users.signed_in(organization)
    page = owner.page
    add_organization(owner, server.organization(OTHER))
    organization_menu(page).get_by_role("link", name=organization.name).click()
    expect(name_of(page)).to_have_text(organization.name)
    organization_menu(page)
    assert not find_violations(page), "the switcher"
    page.keyboard.press("Escape")
    page.goto(f"{base_of(page)}/keys")
    page.get_by_label("Who or what uses it").fill("Ana")
    page.get_by_label("Write:").uncheck()
    page.get_by_role("button", name="Make the key").press("Enter")
    key = page.get_by_text(re.compile("^sb_")).inner_text()
    assert not find_violations(page), "a new key"
    ana = users.new_user(viewport=PHONE)
    ana.guard.expect_errors("status of 401", "status of 403")
    ana.page.goto("/")
    ana.sign_in(key)
    expect(name_of(ana.page)).to_have_text(organization.name)
    ana.page.goto("/keys")
    expect(ana.page.get_by_text("lacks the scope")).to_be_visible()
    ana.page.goto("/mark")
    page.goto(f"{base_of(page)}/sessions")
    page.get_by_role("listitem").filter(has_text="Ana").get_by_role("button").click()
    expect(page.get_by_text("The browser is signed out")).to_be_visible()
    ana.page.goto("/")
    expect(ana.page.get_by_label("API key")).to_be_visible()
    page.set_viewport_size(PHONE)
    for path in ("keys", "sessions", "mark"):
        page.goto(f"{base_of(page)}/{path}")
        owner.expect_no_sideways()
        assert not find_violations(page), path
    page.goto(f"{base_of(page)}/keys")
    ana_row = page.get_by_role("listitem").filter(has_text="Ana")
    ana_row.locator("summary").click()
    ana_row.get_by_role("button", name="Revoke Ana").click()
    expect(page.get_by_text("The key is revoked")).to_be_visible()
    assert [each["status"] for each in organization.api.call("GET", "/keys")["keys"]] == [
        "valid",
        "valid",
        "revoked",
    ]
