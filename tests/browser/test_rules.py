"""The weekly grid of rules, and pausing the queue."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.rule_times import daily_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant

REFUSED = "status of 400"


def test_a_rule_is_added_on_the_grid_and_removed(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """A time added to Wednesday makes a slot on each Wednesday; removed, it makes none."""
    calendar.page.goto("/rules")
    wednesday = calendar.page.get_by_role("listitem", name="Wednesday")
    add(wednesday, "10:15", "Asia/Tokyo")
    expect(wednesday).to_contain_text("10:15")
    (rule,) = organization.rules()
    assert (rule["dayOfWeek"], rule["time"], rule["timezone"]) == (3, "10:15", "Asia/Tokyo")
    calendar.page.goto("/")
    calendar.page.get_by_role("link", name="Later").click()
    now = datetime.now(UTC)
    next_week = now + timedelta(days=9 - now.weekday())
    slot = next_week.replace(hour=1, minute=15)
    expect(calendar.slot(slot)).to_contain_text("+ 1 free")
    expect(calendar.slot(slot)).to_contain_text("10:15 Asia/Tokyo")
    calendar.page.goto("/rules")
    wednesday.get_by_role("button", name="Remove Wednesday 10:15").click()
    expect(wednesday).to_contain_text("No slots")
    assert organization.rules() == []


def test_a_wrong_rule_is_refused_where_it_was_typed(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """The sentence stands beside the field, the field says that it is wrong, and the words stay."""
    calendar.guard.expect_errors(REFUSED)
    calendar.page.goto("/rules")
    friday = calendar.page.get_by_role("listitem", name="Friday")
    add(friday, "10:15", "Moon/Tycho")
    zone = friday.get_by_label("Zone")
    expect(zone).to_have_value("Moon/Tycho")
    expect(zone).to_have_attribute("aria-invalid", "true")
    expect(friday).to_contain_text("Moon/Tycho")
    assert organization.rules() == []


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_the_queue_is_paused_and_resumed(
    users: PageUsers, organization: BrowserTenant, script: bool
) -> None:
    """While paused, the calendar says so and no post gets a slot; resuming gives it one."""
    organization.settings(queueSlots=daily_rule("10:00"))
    visitor = users.signed_in(organization, java_script_enabled=script)
    visitor.page.get_by_role("button", name="Pause the queue").click()
    expect(visitor.page.get_by_role("main")).to_contain_text("The queue is paused")
    waiting = organization.publish(caption="Be patient")
    assert waiting["status"] == "backlog"
    visitor.page.goto("/")
    visitor.page.get_by_role("button", name="Resume the queue").click()
    expect(visitor.page.get_by_role("button", name="Pause the queue")).to_be_visible()
    organization.await_status(waiting["id"], "scheduled")
    at = slot_of(organization.post(waiting["id"]))
    visitor.page.goto(f"/?date={at:%Y-%m-%d}")
    expect(visitor.slot(at)).to_contain_text("Be patient")


def add(day: Locator, time: str, zone: str = "") -> None:
    """Add a time to a day of the grid."""
    day.locator("summary").filter(has_text="Add a time").click()
    day.get_by_label("Time").fill(time)
    day.get_by_label("Zone").fill(zone)
    day.get_by_role("button", name="Add", exact=True).click()
