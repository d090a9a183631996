"""The page without a mouse."""

from playwright.sync_api import Page, expect

from tests.browser.page_user import CalendarPage
from tests.browser.rule_times import daily_rule, far_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant

MAX_TABS = 60


def test_a_post_is_reached_changed_and_left_by_keyboard_alone(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Tab reaches the post, Enter opens it and moves the focus there, Escape brings it back."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(caption="Typed by hand")
    page = calendar.page
    page.goto(f"/?date={slot_of(post):%Y-%m-%d}")
    tab_to(page, "Typed by hand")
    page.keyboard.press("Enter")
    heading = calendar.panel.get_by_role("heading", name="Typed by hand")
    expect(heading).to_be_focused()
    tab_to(page, "Edit the caption")
    page.keyboard.press("Enter")
    expect(calendar.panel.get_by_label("Caption")).to_be_focused()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("Changed by hand")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(calendar.panel.get_by_role("link", name="Edit the caption")).to_be_focused()
    expect(calendar.card("Changed by hand")).to_be_visible()
    page.keyboard.press("Escape")
    expect(calendar.panel).to_be_hidden()
    expect(calendar.card("Changed by hand").get_by_role("link")).to_be_focused()
    assert organization.post(post["id"])["caption"] == "Changed by hand"


def test_the_first_stop_skips_to_the_content(calendar: CalendarPage) -> None:
    """With Tab and Enter, the head of the page can be skipped."""
    calendar.page.goto("/")
    calendar.page.keyboard.press("Tab")
    expect(calendar.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    calendar.page.keyboard.press("Enter")
    expect(calendar.page.get_by_role("main")).to_be_focused()


def test_the_way_back_closes_the_panel(organization: BrowserTenant, calendar: CalendarPage) -> None:
    """The address remembers the open post: back closes it, forward and reload open it again."""
    organization.settings(queueSlots=daily_rule("10:00"))
    post = organization.publish(caption="To and fro")
    calendar.page.goto(f"/?date={slot_of(post):%Y-%m-%d}")
    calendar.open_post("To and fro")
    calendar.page.go_back()
    expect(calendar.panel).to_be_hidden()
    calendar.page.go_forward()
    expect(calendar.panel).to_contain_text("To and fro")
    calendar.page.reload()
    expect(calendar.panel).to_contain_text("To and fro")


def tab_to(page: Page, text: str) -> None:
    """Press Tab until something with this text has the focus."""
    for _ in range(MAX_TABS):
        page.keyboard.press("Tab")
        if text in page.evaluate("document.activeElement.textContent"):
            return
    raise AssertionError(f"{MAX_TABS} times Tab, and nothing with {text!r} had the focus")
