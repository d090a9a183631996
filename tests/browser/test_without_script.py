"""The page in a browser that runs no script: links and forms are enough."""

import pytest
from playwright.sync_api import expect

from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.rule_times import far_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant


@pytest.fixture
def plain(users: PageUsers, organization: BrowserTenant) -> CalendarPage:
    """The calendar page, signed in, without script."""
    return users.signed_in(organization, java_script_enabled=False)


def test_a_post_is_opened_changed_and_removed_without_script(
    organization: BrowserTenant, plain: CalendarPage
) -> None:
    """The post has a page of its own, and each form answers with a page."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(caption="Plain words")
    plain.page.goto(f"/?date={slot_of(post):%Y-%m-%d}")
    plain.card("Plain words").get_by_role("link").click()
    main = plain.page.get_by_role("main")
    expect(main).to_contain_text("Waits for its time")
    main.get_by_role("link", name="Edit the caption").click()
    main.get_by_label("Caption").fill("Plainer words")
    main.get_by_role("button", name="Save").click()
    expect(main).to_contain_text("Saved.")
    main.locator("summary").filter(has_text="More").click()
    main.get_by_role("link", name="Remove", exact=True).click()
    main.get_by_role("button", name="Remove the post").click()
    expect(main).to_contain_text("Removed.")
    organization.await_status(post["id"], "cancelled")
    assert organization.post(post["id"])["caption"] == "Plainer words"
    main.get_by_role("link", name="Close").click()
    expect(plain.page.get_by_role("navigation", name="Weeks")).to_be_visible()


def test_rules_are_made_without_script(organization: BrowserTenant, plain: CalendarPage) -> None:
    """The first ones at one press; the grid answers with the grid."""
    plain.page.goto("/rules")
    plain.page.get_by_role("button", name="One a day on weekdays").click()
    plain.page.get_by_role("button", name="Remove Monday 12:00").click()
    expect(plain.page.get_by_role("button", name="Add Monday 12:00")).to_be_visible()
    assert sorted(rule["dayOfWeek"] for rule in organization.rules()) == [2, 3, 4, 5]
