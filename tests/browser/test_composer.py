"""The form that publishes."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe_core import find_violations
from tests.browser.page_user import PHONE, CalendarPage, PageUsers
from tests.browser.rule_times import far_rule, slot_of
from tests.browser.slotbeat_server import MEDIA, BrowserTenant

REFUSED = "status of 400"
CAPTION = "Three days in the making"


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_a_photo_is_published_into_the_next_slot(
    users: PageUsers, organization: BrowserTenant, script: bool
) -> None:
    """An uploaded photo takes the next slot, and the calendar shows it there with its picture."""
    organization.settings(queueSlots=far_rule())
    visitor = users.signed_in(organization, java_script_enabled=script)
    page = visitor.page
    page.get_by_role("link", name="New post").click()
    fill_in_photo(page)
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile("post="))
    (post,) = organization.api.posts()
    at = slot_of(post)
    slot = visitor.slot(at)
    expect(slot).to_contain_text(CAPTION)
    expect(slot).to_contain_text("Instagram")
    expect(slot).to_contain_text("full (1)")
    picture = slot.get_by_role("img", name="Photo")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("image => image.complete", arg=picture.element_handle())
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_an_open_page_shows_a_post_published_in_its_slot(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Published into a slot of the next minute, the post is live at that minute, and the page that
    has been open since shows it."""
    now = datetime.now(UTC)
    at = (now + timedelta(seconds=70)).replace(second=0, microsecond=0)
    day = at.isoweekday() % 7
    organization.settings(queueSlots=[{"dayOfWeek": day, "time": f"{at:%H:%M}"}])
    page = calendar.page
    page.goto("/compose")
    fill_in_photo(page)
    page.get_by_role("button", name="Publish").click()
    expect(calendar.slot(at)).to_contain_text("scheduled")
    page.evaluate("window.stayed = true")
    timeout = (at - datetime.now(UTC)).total_seconds() + 20
    expect(calendar.slot(at)).to_contain_text("published", timeout=timeout * 1000)
    expect(calendar.panel.get_by_role("region", name="Accounts")).to_contain_text("Published")
    assert page.evaluate("window.stayed")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    users: PageUsers, organization: BrowserTenant, script: bool
) -> None:
    """Without a file a photo post cannot be: the sentence leads to the field, the words stay."""
    visitor = users.signed_in(organization, java_script_enabled=script)
    visitor.guard.expect_errors(REFUSED)
    page = visitor.page
    page.goto("/compose")
    page.get_by_role("radio", name="Photos").check()
    page.get_by_label("Caption").fill(CAPTION)
    page.get_by_label("Instagram", exact=True).check()
    page.get_by_label("Now", exact=True).check()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("alert")).to_contain_text("photo")
    expect(page.get_by_label("Caption")).to_have_value(CAPTION)
    expect(page.get_by_label("Instagram", exact=True)).to_be_checked()
    expect(page.get_by_label("Now", exact=True)).to_be_checked()
    assert organization.api.posts() == []


def test_a_button_that_is_pressed_twice_makes_one_post(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """An impatient finger publishes once."""
    organization.settings(queueSlots=far_rule())
    page = calendar.page
    page.goto("/compose")
    page.get_by_label("Caption").fill("Once is enough")
    page.get_by_label("X", exact=True).check()
    page.get_by_role("button", name="Publish").dblclick()
    page.wait_for_url(re.compile("post="))
    assert len(organization.api.posts()) == 1


def test_a_date_that_is_typed_chooses_its_mode_and_the_button_names_it(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Typing a date chooses "At a certain time"; with another choice the form is not sent, until
    the date is cleared or the choice changed."""
    organization.settings(queueSlots=far_rule(), defaultTimezone="America/New_York")
    page = calendar.page
    page.goto("/compose")
    button, at = page.locator("button.submit-labels"), page.get_by_label("Date and time")
    expect(button).to_contain_text("Publish in the next free slot", use_inner_text=True)
    page.get_by_label("Caption").fill("Merry Christmas")
    page.get_by_label("X", exact=True).check()
    at.fill("2031-12-25T08:00")
    expect(page.get_by_label("At a certain time")).to_be_checked()
    expect(button).to_have_text("Publish on Thu 25 Dec 2031, 08:00", use_inner_text=True)
    page.get_by_label("Now", exact=True).check()
    expect(button).to_have_text("Publish now", use_inner_text=True)
    button.click()
    assert at.evaluate("input => input.validationMessage").startswith("Choose “At a certain time”")
    assert organization.api.posts() == []
    page.get_by_label("As a draft").check()
    expect(button).to_have_text("Save as a draft for Thu 25 Dec 2031, 08:00", use_inner_text=True)
    page.get_by_label("At a certain time").check()
    button.click()
    page.wait_for_url(re.compile("post="))
    (post,) = organization.api.posts()
    assert (post["status"], post["scheduledFor"]) == ("scheduled", "2031-12-25T13:00:00.000Z")


def test_without_a_script_the_button_says_what_it_will_do(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """The choice changes the button's label, and a date with another choice is refused."""
    visitor = users.signed_in(organization, java_script_enabled=False)
    visitor.guard.expect_errors(REFUSED)
    page = visitor.page
    page.goto("/compose")
    button = page.locator("button.submit-labels")
    expect(button).to_have_text("Put it into the queue", use_inner_text=True)
    page.get_by_label("Caption").fill("Merry Christmas")
    page.get_by_label("X", exact=True).check()
    page.get_by_label("Date and time").fill("2031-12-25T08:00")
    page.get_by_label("Now", exact=True).check()
    expect(button).to_have_text("Publish now", use_inner_text=True)
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("clear the date")
    expect(page.get_by_label("Date and time")).to_have_value("2031-12-25T08:00")
    assert organization.api.posts() == []


def fill_in_photo(page: Page) -> None:
    """A photo for Instagram, from this machine."""
    page.get_by_role("radio", name="Photos").check()
    page.get_by_label("Caption").fill(CAPTION)
    page.get_by_label("Instagram", exact=True).check()
    page.get_by_label("Upload").set_input_files(MEDIA / "sourdough.jpg")


def test_each_ticked_network_has_a_tab_with_its_own_text(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """On a phone and by keyboard: a tab comes with a tick, and stays while something stands in it;
    a refused text opens its tab, with the words kept."""
    organization.settings(queueSlots=far_rule())
    visitor = users.signed_in(organization, viewport=PHONE)
    visitor.guard.expect_errors(REFUSED)
    page = visitor.page
    page.goto("/compose")
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_text(["All networks"])
    page.get_by_label("Caption").fill("For everyone")
    page.get_by_label("X", exact=True).check()
    page.get_by_label("LinkedIn", exact=True).check()
    expect(tabs).to_have_text(["All networks", "LinkedIn", "X"])
    tabs.first.focus()
    page.keyboard.press("ArrowLeft")
    expect(tabs.last).to_be_focused()
    expect(page.get_by_label("Caption")).to_be_hidden()
    page.get_by_label("Text for X").fill("a" * 281)
    assert not find_violations(page)
    page.get_by_label("X", exact=True).uncheck()
    expect(tabs.last).to_have_text("X")
    page.get_by_label("X", exact=True).check()
    tabs.first.click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("alert").get_by_role("link", name="Text for X").click()
    expect(page.get_by_label("Text for X")).to_be_focused()
    page.get_by_label("Text for X").fill("For X")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile("post="))
    (post,) = organization.api.posts()
    assert (post["caption"], post["versions"]) == ("For everyone", {"x": {"caption": "For X"}})
