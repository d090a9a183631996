"""The form that publishes."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.page_user import CalendarPage, PageUsers
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
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Publish").click()
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
    page.goto("/publish")
    fill_in_photo(page)
    page.get_by_role("button", name="Publish").click()
    expect(calendar.slot(at)).to_contain_text("scheduled")
    page.evaluate("window.stayed = true")
    timeout = (at - datetime.now(UTC)).total_seconds() + 20
    expect(calendar.slot(at)).to_contain_text("published", timeout=timeout * 1000)
    expect(calendar.panel.get_by_role("region", name="State")).to_contain_text("published")
    assert page.evaluate("window.stayed")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    users: PageUsers, organization: BrowserTenant, script: bool
) -> None:
    """Without a file a photo post cannot be: the sentence leads to the field, the words stay."""
    visitor = users.signed_in(organization, java_script_enabled=script)
    visitor.guard.expect_errors(REFUSED)
    page = visitor.page
    page.goto("/publish")
    page.get_by_label("Photos").check()
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
    page.goto("/publish")
    page.get_by_label("Caption").fill("Once is enough")
    page.get_by_label("X", exact=True).check()
    page.get_by_role("button", name="Publish").dblclick()
    page.wait_for_url(re.compile("post="))
    assert len(organization.api.posts()) == 1


def fill_in_photo(page: Page) -> None:
    """A photo for Instagram, from this machine."""
    page.get_by_label("Photos").check()
    page.get_by_label("Caption").fill(CAPTION)
    page.get_by_label("Instagram", exact=True).check()
    page.get_by_label("Upload").set_input_files(MEDIA / "sourdough.jpg")
