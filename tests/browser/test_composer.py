"""The composer, as somebody writes in it: with mouse and keyboard, on a phone, without scripts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe_core import find_violations
from tests.browser.page_user import PHONE, CalendarPage, PageUsers
from tests.browser.rule_times import far_rule
from tests.browser.slotbeat_server import MEDIA, BrowserTenant

REFUSED = "status of 400"
CONFLICT = "status of 409"
UNAUTHORIZED = "status of 401"
CAPTION = "Three days in the making"
PHOTOS = ["sourdough.jpg", "coffee.jpg", "croissants.jpg"]


def account(page: Page, network: str) -> Locator:
    """The chip of a network's account."""
    return page.get_by_role("checkbox", name=re.compile(rf"^{network}\b"))


def send_button(page: Page) -> Locator:
    """The button that says what will happen."""
    return page.locator("button.submit-labels")


def write(page: Page, caption: str, *networks: str) -> None:
    """A caption, and the accounts of these networks."""
    page.get_by_label("Caption").fill(caption)
    for network in networks:
        account(page, network).check(force=True)


def fill_in_photo(page: Page) -> None:
    """A photo for Instagram, from this machine."""
    write(page, CAPTION, "Instagram")
    page.locator("#pub-files").set_input_files(MEDIA / "sourdough.jpg")


def test_an_open_page_shows_a_post_published_in_its_slot(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Published into a slot of the next minute, a photo is live at that minute, and the page that
    has been open since shows it."""
    now = datetime.now(UTC)
    at = (now + timedelta(seconds=80)).replace(second=0, microsecond=0)
    day = at.isoweekday() % 7
    organization.settings(queueSlots=[{"dayOfWeek": day, "time": f"{at:%H:%M}"}])
    page = calendar.page
    page.get_by_role("link", name="New post").click()
    fill_in_photo(page)
    expect(page.get_by_role("list", name="Files").get_by_role("listitem")).to_have_count(1)
    expect(send_button(page)).to_contain_text(f"{at:%H:%M}", use_inner_text=True)
    send_button(page).click()
    page.wait_for_url(re.compile("post="))
    expect(calendar.card(CAPTION)).to_be_visible()
    page.evaluate("window.stayed = true")
    (post,) = organization.api.posts()
    assert datetime.fromisoformat(post["scheduledFor"]) == at
    timeout = (at - datetime.now(UTC)).total_seconds() + 20
    accounts = calendar.panel.get_by_role("region", name="Accounts")
    expect(accounts).to_contain_text("Published", timeout=timeout * 1000)
    assert page.evaluate("window.stayed")


def test_a_post_is_written_with_files_and_a_text_for_each_network(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """By mouse and keyboard: lengths are counted and previews drawn while somebody writes; files
    are uploaded at once, put in order, described and picked for a network; only fitting options
    are there; the button says what it will do."""
    organization.settings(queueSlots=far_rule(), defaultTimezone="America/New_York")
    page = users.signed_in(organization).page
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="New post", level=1)).to_be_visible()
    write(page, f"{CAPTION}: https://example.com/a-long-address-that-counts-less", "X", "Facebook")
    counts = page.get_by_role("list", name="Length of the text")
    expect(counts).to_contain_text(f"{len(CAPTION) + 2 + 23}/280")
    preview = page.get_by_role("complementary", name="Preview")
    expect(preview.get_by_role("article", name="Facebook")).to_contain_text(CAPTION)

    page.locator("#pub-files").set_input_files([MEDIA / name for name in PHOTOS])
    files = page.get_by_role("list", name="Files").get_by_role("listitem")
    expect(files).to_have_count(3)
    page.get_by_role("button", name="Move croissants.jpg earlier").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(files.first).to_contain_text("croissants.jpg")
    files.nth(2).locator(".file-picture").drag_to(files.nth(1).locator(".file-picture"))
    expect(files.nth(1)).to_contain_text("coffee.jpg")
    page.get_by_label("Alt text of croissants.jpg").fill("Croissants on a tray")
    expect(page.get_by_role("status").filter(has_text="Alt text 1 of 3")).to_be_visible()
    page.get_by_role("button", name="Remove sourdough.jpg").click()
    expect(files).to_have_count(2)
    expect(preview.get_by_role("article", name="X").get_by_role("img")).to_have_count(1)

    page.get_by_role("tab", name="X", exact=True).click()
    page.get_by_label("Text for X").fill("For X " + "a" * 281)
    expect(counts.locator(".over")).to_contain_text("287/280")
    expect(page.get_by_text("x takes at most 280")).to_be_visible()
    page.get_by_label("Text for X").fill("For X")
    page.get_by_role("group", name="Files for X").get_by_role("button", name="croissants").click()
    expect(preview.get_by_role("article", name="X")).to_contain_text("For X")
    assert not find_violations(page)

    choose_options_and_time(page)
    send_button(page).dblclick()  # an impatient finger publishes once
    page.wait_for_url(re.compile("post="))
    (post,) = organization.api.posts()
    assert (post["status"], post["scheduledFor"]) == ("scheduled", "2031-12-25T13:00:00.000Z")
    assert post["altTexts"] == ["Croissants on a tray", ""]
    assert post["versions"] == {"x": {"caption": "For X", "media": [1]}}


def choose_options_and_time(page: Page) -> None:
    """Only the options that fit are there; the button says what each choice does."""
    page.get_by_text("Options for Facebook").click()
    expect(page.locator("#opt-facebookContentType")).to_be_visible()
    expect(page.locator("#opt-instagramContentType")).to_be_hidden()
    page.locator("#opt-facebookFirstComment").fill("From eight")
    button = send_button(page)
    expect(button).to_contain_text("Add to the queue: ", use_inner_text=True)
    page.get_by_text("Now", exact=True).click()
    expect(button).to_have_text("Publish now to 2 networks", use_inner_text=True)
    page.get_by_text("Draft", exact=True).click()
    expect(button).to_have_text("Save draft", use_inner_text=True)
    page.get_by_text("At a time", exact=True).click()
    page.get_by_label("Date and time").fill("2031-12-25T08:00")
    expect(button).to_have_text("Schedule for Thu 25 Dec 2031, 08:00", use_inner_text=True)


def test_what_was_typed_is_not_lost(users: PageUsers, organization: BrowserTenant) -> None:
    """Escape and a click elsewhere ask first; a reload brings everything back; where the session
    has ended, signing in is asked for in place, and what was written goes out after it."""
    organization.settings(queueSlots=far_rule())
    visitor = users.signed_in(organization)
    visitor.guard.expect_errors(UNAUTHORIZED)
    page = visitor.page
    page.goto("/compose")
    write(page, "Half a thought", "X")
    page.locator("#pub-files").set_input_files(MEDIA / "coffee.jpg")
    page.get_by_label("Alt text of coffee.jpg").fill("A cup")
    dialog = page.get_by_role("dialog")
    page.keyboard.press("Escape")
    expect(dialog).to_contain_text("What you typed is not sent yet.")
    assert not find_violations(page)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Month").click()
    dialog.get_by_role("button", name="Keep it in this tab").click()
    page.wait_for_url(re.compile("view=month"))
    page.get_by_role("link", name="New post").click()
    expect(page.get_by_role("status").filter(has_text="What you typed is back")).to_be_visible()
    expect(page.get_by_label("Caption")).to_have_value("Half a thought")
    expect(page.get_by_label("Alt text of coffee.jpg")).to_have_value("A cup")
    expect(account(page, "X")).to_be_checked()

    page.context.clear_cookies()  # as when its twelve hours are over
    page.get_by_label("Caption").fill("A whole thought")
    expect(dialog).to_contain_text("Your session has ended")
    assert not find_violations(page)
    page.get_by_label("API key").fill(f"{organization.key}x")
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog.get_by_role("alert")).to_contain_text("This API key is unknown")
    page.get_by_label("API key").fill(organization.key)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    page.context.clear_cookies()
    send_button(page).click()
    page.get_by_label("API key").fill(organization.key)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("post="))
    (post,) = organization.api.posts()
    assert (post["caption"], post["altTexts"]) == ("A whole thought", ["A cup"])
    assert page.evaluate("sessionStorage.length") == 0


def test_a_post_is_changed_on_a_phone_and_the_slower_one_sees_both_texts(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """The editor has what the post has; a slot is picked in the calendar's week. A text that
    somebody else has saved meanwhile stands beside one's own, and is not overwritten unseen."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(caption="First words", platforms=["x", "facebook"])
    visitor = users.signed_in(organization, viewport=PHONE)
    visitor.guard.expect_errors(CONFLICT)
    page = visitor.page
    page.goto(f"/compose/{post['id']}")
    caption = page.get_by_label("Caption")
    expect(caption).to_have_value("First words")
    expect(send_button(page)).to_have_text("Save changes", use_inner_text=True)
    visitor.expect_no_sideways()
    assert not find_violations(page)
    caption.fill("My words")
    account(page, "Facebook").uncheck(force=True)
    organization.api.call("POST", "/edit", {"postId": post["id"], "caption": "Their words"})
    send_button(page).click()
    both = page.get_by_role("region", name="Both texts")
    expect(both).to_contain_text("My words")
    expect(both).to_contain_text("Their words")
    assert organization.post(post["id"])["caption"] == "Their words"
    page.get_by_text("Pick a slot", exact=True).click()
    week = page.get_by_role("group", name="Slot").locator("strong")
    shown = week.inner_text()
    page.get_by_role("button", name="Later week").click()
    expect(week).not_to_have_text(shown)
    free = page.get_by_role("radio", name="free").last
    free.check(force=True)
    expect(send_button(page)).to_contain_text("Save, and move to", use_inner_text=True)
    assert not find_violations(page)
    before = organization.post(post["id"])["scheduledFor"]
    send_button(page).click()
    page.wait_for_url(re.compile("post="))
    after = organization.post(post["id"])
    assert (after["caption"], after["platforms"]) == ("My words", ["x"])
    assert after["scheduledFor"] > before


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_what_is_refused_says_why_and_keeps_what_was_typed(
    users: PageUsers, organization: BrowserTenant, script: bool
) -> None:
    """Without a file Instagram takes nothing: the sentence leads to the field, the words stay, and
    with a file the post goes out. A tab comes with its tick, also by keyboard."""
    organization.settings(queueSlots=far_rule())
    visitor = users.signed_in(organization, java_script_enabled=script)
    visitor.guard.expect_errors(REFUSED)
    page = visitor.page
    page.goto("/compose")
    write(page, CAPTION, "Instagram", "LinkedIn")
    if script:
        tabs = page.get_by_role("tab")
        expect(tabs).to_have_text(["All", "Instagram", "LinkedIn"])
        tabs.first.focus()
        page.keyboard.press("ArrowLeft")
        expect(tabs.last).to_be_focused()
        expect(page.get_by_label("Caption")).to_be_hidden()
    send_button(page).click()
    expect(page.get_by_role("alert")).to_contain_text("instagram takes video or photo posts")
    expect(page.locator("#pub-caption")).to_have_value(CAPTION)
    expect(account(page, "Instagram")).to_be_checked()
    assert organization.api.posts() == []
    page.locator("#pub-files").set_input_files(MEDIA / "sourdough.jpg")
    if script:
        expect(page.get_by_role("list", name="Files").get_by_role("listitem")).to_have_count(1)
    send_button(page).click()
    page.wait_for_url(re.compile("post="))
    (post,) = organization.api.posts()
    assert post["platforms"] == ["instagram", "linkedin"]
