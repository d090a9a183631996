"""The weekly grid of rules, and pausing the queue."""

import pytest
from playwright.sync_api import expect

from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.rule_times import daily_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant

REFUSED = "status of 400"


def test_rules_are_made_on_the_grid(organization: BrowserTenant, calendar: CalendarPage) -> None:
    """A time is added to the days that are ticked; a press on a day adds or removes it there, keeps
    the focus, and can be undone. A wrong zone is refused where it was typed."""
    calendar.guard.expect_errors(REFUSED)
    page = calendar.page
    page.goto("/rules")
    week = page.get_by_role("region", name="Every week")
    page.locator("summary").filter(has_text="Add a time").click()
    for day in ("Monday", "Tuesday", "Thursday", "Friday"):
        page.get_by_text(day, exact=True).click()
    week.get_by_label("Time", exact=True).fill("10:15")
    week.get_by_label("Zone", exact=True).fill("Moon/Tycho")
    week.get_by_role("button", name="Add", exact=True).click()
    zone = week.get_by_label("Zone", exact=True)
    expect(zone).to_have_attribute("aria-invalid", "true")
    expect(zone).to_have_value("Moon/Tycho")
    assert organization.rules() == []
    zone.fill("Asia/Tokyo")
    week.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("rowheader", name="10:15 Asia/Tokyo")).to_be_visible()
    assert days_of(organization, "10:15", "Asia/Tokyo") == [3]
    saturday = page.get_by_role("button", name="Add Saturday 10:15")
    saturday.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Remove Saturday 10:15")).to_be_focused()
    assert days_of(organization, "10:15", "Asia/Tokyo") == [3, 6]
    page.get_by_role("button", name="Undo").click()
    expect(saturday).to_be_visible()
    assert days_of(organization, "10:15", "Asia/Tokyo") == [3]
    page.get_by_role("button", name="Remove Wednesday 10:15").click()
    expect(page.get_by_role("main")).to_contain_text("There are no slots yet")
    page.get_by_role("button", name="Two a day on weekdays").click()
    expect(page.get_by_role("rowheader", name="17:00")).to_be_visible()
    assert days_of(organization, "09:00") == [1, 2, 3, 4, 5]


def days_of(organization: BrowserTenant, time: str, zone: str | None = None) -> list[int]:
    """The days that have a rule at this time."""
    found = [rule for rule in organization.rules() if rule["time"] == time]
    assert {rule.get("timezone") for rule in found} <= {zone}
    return sorted(rule["dayOfWeek"] for rule in found)


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_queue_is_paused_and_resumed(
    users: PageUsers, organization: BrowserTenant, script: bool
) -> None:
    """While paused, the calendar says so and no post gets a slot; resuming gives it one."""
    organization.settings(queueSlots=daily_rule("10:00"))
    visitor = users.signed_in(organization, java_script_enabled=script)
    visitor.page.get_by_role("button", name="Pause the queue").click()
    expect(visitor.page.get_by_role("main")).to_contain_text("Queue paused")
    waiting = organization.publish(caption="Be patient")
    assert waiting["status"] == "backlog"
    visitor.page.goto("/")
    visitor.page.get_by_role("main").get_by_role("button", name="Resume the queue").click()
    expect(visitor.page.get_by_role("button", name="Pause the queue")).to_be_visible()
    organization.await_status(waiting["id"], "scheduled")
    at = slot_of(organization.post(waiting["id"]))
    visitor.page.goto(f"/?date={at:%Y-%m-%d}")
    expect(visitor.slot(at)).to_contain_text("Be patient")
