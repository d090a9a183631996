"""What the calendar shows: slots, posts, clock changes, and changes without a reload."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.many_posts import WEEK, add_many_posts
from tests.browser.page_user import PHONE, CalendarPage, PageUsers
from tests.browser.rule_times import daily_rule, far_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant

NEW_YORK = "America/New_York"


def test_a_slot_says_how_many_places_are_free(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Two of three places are free beside one post; a full slot offers none, and the normal state
    has no badge."""
    organization.settings(queueSlots=daily_rule("10:00"), maxPostsPerSlot=3)
    at = slot_of(organization.publish(caption="The first"))
    calendar.page.goto(f"/?date={at:%Y-%m-%d}")
    expect(calendar.slot(at)).to_contain_text("+ 2 free")
    expect(calendar.slot(at)).to_contain_text("The first")
    expect(calendar.slot(at)).not_to_contain_text("scheduled")
    for caption in ("The second", "The third"):
        organization.publish(caption=caption)
    expect(calendar.slot(at)).not_to_contain_text("free")


def test_the_month_leads_to_the_week_and_to_a_post(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """A day of the month opens its week, and a post of the month opens its panel."""
    organization.settings(queueSlots=daily_rule("10:00"))
    at = slot_of(organization.publish(caption="On some day"))
    calendar.page.goto(f"/?view=month&date={at:%Y-%m-%d}")
    main = calendar.page.get_by_role("main")
    main.get_by_role("link", name="On some day").click()
    expect(calendar.panel).to_contain_text("On some day")
    main.get_by_role("link", name=f"{at.day} {at:%B}, to the week", exact=True).click()
    expect(calendar.slot(at)).to_contain_text("On some day")


@pytest.mark.parametrize(
    ("day", "time", "words"),
    [
        # Sunday 14 March 2027, 02:30 does not exist; Sunday 7 November 2027, 01:30 comes twice.
        (date(2027, 3, 14), "02:30", "does not exist"),
        (date(2027, 11, 7), "01:30", "comes twice"),
    ],
)
def test_the_days_on_which_clocks_change_are_marked(
    organization: BrowserTenant, calendar: CalendarPage, day: date, time: str, words: str
) -> None:
    """The day says so, and so does a slot that is moved or comes twice."""
    rules = [{"dayOfWeek": 0, "time": time}]
    organization.settings(queueSlots=rules, defaultTimezone=NEW_YORK)
    calendar.page.goto(f"/?date={day}")
    expect(calendar.day(day)).to_contain_text("clocks", ignore_case=True)
    expect(calendar.day(day)).to_contain_text(words)
    expect(calendar.day(day - timedelta(days=1))).not_to_contain_text("clocks", ignore_case=True)


def test_two_people_see_the_same_without_reloading(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """What one does the other sees by itself, without losing the place where they were."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(caption="Seen by both")
    address = f"/?date={slot_of(post):%Y-%m-%d}"
    doer, watcher = users.signed_in(organization), users.signed_in(organization)
    for each in (doer, watcher):
        each.page.goto(address)
        each.open_post("Seen by both")
    doer.page.keyboard.press("e")
    doer.panel.get_by_label("Caption").fill("Changed by one")
    doer.press("Save")
    expect(watcher.card("Changed by one")).to_be_visible()
    expect(watcher.panel).to_contain_text("Changed by one")
    doer.unfold("More")
    doer.panel.get_by_role("link", name="Remove", exact=True).click()
    doer.press("Remove the post")
    expect(watcher.card("Changed by one")).to_contain_text("cancelled")
    expect(watcher.panel.get_by_role("region", name="State")).to_contain_text("cancelled")


def test_a_post_goes_live_before_ones_eyes(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Scheduled turns into published on the calendar and in the panel, without a reload."""
    at = datetime.now(UTC) + timedelta(seconds=5)
    organization.publish(caption="Any moment", publishMode="schedule", scheduledAt=at.isoformat())
    panel = calendar.open_post("Any moment")
    expect(panel.get_by_role("region", name="Accounts")).to_contain_text("Waits for its time")
    calendar.page.evaluate("window.stayed = true")
    expect(panel.get_by_role("region", name="Accounts")).to_contain_text("Published")
    expect(calendar.card("Any moment")).not_to_contain_text("Publishing")
    assert calendar.page.evaluate("window.stayed")


def test_captions_are_words_and_nothing_else(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Markup and scripts in a caption are shown as they were typed, wherever it is shown."""
    organization.settings(queueSlots=far_rule())
    caption = """<img src=x onerror=alert(1)></textarea><script>alert(2)</script>{{7*7}}"'&amp;"""
    at = slot_of(organization.publish(caption=caption))
    ran: list[str] = []
    calendar.page.on("dialog", lambda dialog: ran.append(dialog.message))
    for view in ("month", "week"):
        calendar.page.goto(f"/?view={view}&date={at:%Y-%m-%d}")
        link = calendar.page.get_by_role("main").get_by_role("link", name="<img src=x")
        expect(link).to_have_text(caption)
        link.click()
        expect(calendar.panel.get_by_role("region", name="Words")).to_contain_text(caption)
        calendar.page.keyboard.press("e")
        expect(calendar.panel.get_by_label("Caption")).to_have_value(caption)
    assert not ran


def test_a_thousand_posts_in_a_week_can_be_looked_through(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """The week stays small, counts what it leaves out, and one day can be seen whole."""
    add_many_posts(organization, 1_000)
    calendar.page.goto(f"/?date={WEEK}")
    calendar.expect_all_inside()
    busy = calendar.day(WEEK)
    assert calendar.page.get_by_role("article").count() < 400
    busy.get_by_role("link", name=re.compile(r"^\d+ more")).first.click()
    expect(busy.get_by_role("article")).to_have_count(1_000 // 7 + 1)
    calendar.expect_all_inside()
    panel = calendar.open_post("Post number 7 ")
    expect(panel).to_contain_text("Post number 7 ")
    calendar.expect_no_sideways()
    calendar.page.goto(f"/?view=month&date={WEEK}")
    calendar.expect_all_inside()


@pytest.mark.parametrize("view", ["week", "month"])
def test_a_phone_shows_all_of_it_without_scrolling_sideways(
    users: PageUsers, organization: BrowserTenant, view: str
) -> None:
    """At 360 pixels nothing sticks out, with the panel open and without it."""
    organization.settings(queueSlots=daily_rule("10:00", "15:00"), defaultTimezone=NEW_YORK)
    long_word = "https://example.com/" + "a" * 60
    at = slot_of(organization.publish(caption=f"Read {long_word}"))
    phone = users.signed_in(organization, viewport=PHONE, has_touch=True)
    phone.page.goto(f"/?view={view}&date={at:%Y-%m-%d}")
    phone.expect_no_sideways()
    phone.page.get_by_role("main").get_by_role("link", name="Read https").first.tap()
    expect(phone.panel).to_contain_text("Read https")
    phone.expect_no_sideways()
    phone.panel.get_by_role("link", name="Close").tap()
    expect(phone.panel).to_be_hidden()


def test_a_post_that_is_not_there_can_be_left_again(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """An old link opens a panel that says so, and that closes, on a phone too."""
    phone = users.signed_in(organization, viewport=PHONE)
    phone.guard.expect_errors("status of 404")
    phone.page.goto(f"/?post={'0' * 32}")
    expect(phone.panel).to_contain_text("no such post")
    phone.panel.get_by_role("link", name="Close").click()
    expect(phone.panel).to_be_hidden()


def test_a_lost_connection_is_shown_and_found_again(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Without a network the page says so and keeps what it shows; with it, it shows what is new."""
    calendar.guard.expect_errors("ERR_INTERNET_DISCONNECTED")
    at = datetime.now(UTC) + timedelta(hours=30)
    post = organization.publish(
        caption="Before", publishMode="schedule", scheduledAt=at.isoformat()
    )
    calendar.page.goto(f"/?date={at:%Y-%m-%d}")
    expect(calendar.card("Before")).to_be_visible()
    calendar.page.context.set_offline(True)
    expect(calendar.page.get_by_text("Connection lost")).to_be_visible()
    expect(calendar.card("Before")).to_be_visible()
    organization.api.call("POST", "/edit", {"postId": post["id"], "caption": "After"})
    calendar.page.context.set_offline(False)
    expect(calendar.card("After")).to_be_visible()
    expect(calendar.page.get_by_text("Connection lost")).to_be_hidden()


def test_a_viewer_elsewhere_is_told_the_own_time(
    users: PageUsers, organization: BrowserTenant
) -> None:
    """A time of the organization has a tooltip with the viewer's clock where that differs, and none
    where it does not."""
    organization.settings(queueSlots=daily_rule("10:00"), defaultTimezone="UTC")
    post = organization.publish(caption="Bread day")
    for zone, expected in (("Asia/Tokyo", re.compile("Your time: .*19:00")), ("UTC", None)):
        visitor = users.signed_in(organization, timezone_id=zone)
        visitor.page.goto(f"/posts/{post['id']}")
        time = visitor.page.get_by_role("region", name="When").locator("time")
        time.hover()
        if expected:
            expect(time).to_have_attribute("title", expected)
        else:
            assert time.get_attribute("title") is None
