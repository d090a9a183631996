"""The panel of a post: its state, and its actions."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.page_user import CalendarPage
from tests.browser.rule_times import daily_rule, far_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

# The browser logs every response with an error status.
CONFLICT = "status of 409"


def test_a_failed_post_is_tried_again_and_goes_out(
    server: SlotbeatServer, organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """A photo that the provider refuses says so; once it takes it, a retry publishes the post,
    and calendar and panel show that by themselves."""
    server.stack.inject_fault(kind="media_error", times=100)
    post = organization.publish(
        postType="photo", caption="Our new window", platforms=["instagram"],
        photoUrls=[server.media("storefront.jpg")], publishMode="publish_now",
    )  # fmt: skip
    expect(calendar.card("Our new window")).to_contain_text("failed")
    main = calendar.page.get_by_role("main")
    expect(main.get_by_text("1 post needs attention")).to_be_attached()
    server.stack.clear_faults()
    panel = calendar.open_post("Our new window")
    expect(panel.get_by_role("region", name="State")).to_contain_text("failed")
    calendar.press("Retry what was not published")
    expect(panel.get_by_role("region", name="State")).to_contain_text("published")
    expect(calendar.card("Our new window")).not_to_contain_text("failed")
    assert organization.post(post["id"])["status"] == "published"


def test_a_caption_is_changed(organization: BrowserTenant, calendar: CalendarPage) -> None:
    """What was typed is there after saving: in the panel, on the calendar and in the API."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(caption="Fresh at eigth")
    calendar.page.goto(f"/?date={slot_of(post):%Y-%m-%d}")
    panel = calendar.open_post("Fresh at eigth")
    calendar.unfold("Change the caption")
    panel.get_by_label("Caption").fill("Fresh at eight 🍞\nEvery day")
    calendar.press("Save")
    expect(panel.get_by_text("Saved.")).to_be_visible()
    expect(calendar.card("Fresh at eight 🍞 Every day")).to_be_visible()
    assert organization.post(post["id"])["caption"] == "Fresh at eight 🍞\nEvery day"


def test_a_post_is_moved_to_another_slot(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """The post stands in the slot that was chosen, and its old seat is free again."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(caption="Bread day")
    old = slot_of(post)
    new = old + timedelta(days=1)
    calendar.page.goto(f"/?date={old:%Y-%m-%d}")
    panel = calendar.open_post("Bread day")
    calendar.unfold("Move to a slot")
    label = f"{new:%a} {new.day} {new:%b %Y}, 10:00"
    panel.get_by_label("Free slot").select_option(label)
    calendar.press("Move")
    expect(panel.get_by_text("Moved to its new slot.")).to_be_visible()
    expect(calendar.slot(old)).to_contain_text("+ 1 free")
    calendar.page.goto(f"/?date={new:%Y-%m-%d}")
    expect(calendar.slot(new)).to_contain_text("Bread day")
    assert slot_of(organization.post(post["id"])) == new


def test_a_post_is_removed_once_that_is_confirmed(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Removing takes two steps; then the post is cancelled and its seat is free."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(caption="Not this one")
    at = slot_of(post)
    calendar.page.goto(f"/?date={at:%Y-%m-%d}")
    panel = calendar.open_post("Not this one")
    expect(panel.get_by_role("button", name="Remove the post")).to_be_hidden()
    calendar.unfold("Remove")
    calendar.press("Remove the post")
    expect(panel.get_by_role("region", name="State")).to_contain_text("cancelled")
    expect(calendar.slot(at)).to_contain_text("+ 1 free")
    assert organization.post(post["id"])["status"] == "cancelled"


def test_a_post_is_approved_and_another_rejected(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Approved it takes a slot, rejected it goes nowhere."""
    organization.settings(queueSlots=daily_rule("10:00"), approveApiPosts=True)
    good = organization.publish(caption="All is well")
    bad = organization.publish(caption="All is wrong")
    panel = calendar.panel
    calendar.page.goto(f"/?post={good['id']}")
    calendar.press("Approve")
    expect(panel.get_by_role("region", name="State")).to_contain_text("scheduled")
    calendar.page.goto(f"/?post={bad['id']}")
    calendar.unfold("Reject")
    panel.get_by_label("Reason").fill("The date is missing")
    calendar.press("Reject permanently")
    expect(panel.get_by_role("region", name="State")).to_contain_text("rejected")
    organization.await_status(good["id"], "scheduled")
    assert organization.post(bad["id"])["status"] == "rejected"


def test_a_change_that_comes_too_late_is_refused_and_nothing_typed_is_lost(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """The panel still shows the form when the post has gone: the answer says why, and the words
    are still there."""
    calendar.guard.expect_errors(CONFLICT)
    at = datetime.now(UTC) + timedelta(seconds=8)
    post = organization.publish(
        caption="Off it goes", publishMode="schedule", scheduledAt=at.isoformat()
    )
    panel = calendar.open_post("Off it goes")
    calendar.unfold("Change the caption")
    panel.get_by_label("Caption").fill("Too late")
    organization.await_status(post["id"], "published")
    expect(panel.get_by_label("Caption")).to_have_value("Too late")
    calendar.press("Save")
    expect(panel.get_by_role("alert")).to_be_visible()
    assert organization.post(post["id"])["caption"] == "Off it goes"
