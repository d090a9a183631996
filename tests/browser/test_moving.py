"""Moving posts on the calendar: by mouse, by keyboard, in the month, and back again."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe_core import find_violations
from tests.browser.page_user import PHONE, CalendarPage, PageUsers
from tests.browser.rule_times import daily_rule
from tests.browser.slotbeat_server import BrowserTenant

TODAY = datetime.now(UTC).date()
# The Monday after next: nothing there is handed over while somebody moves it.
MONDAY = TODAY + timedelta(days=14 - TODAY.weekday())
HEBREW = "חלה טרייה"


def at(days: int, hour: int = 10) -> datetime:
    """A slot of that week."""
    return datetime.combine(MONDAY + timedelta(days=days), time(hour), UTC)


@pytest.fixture
def planned(organization: BrowserTenant) -> BrowserTenant:
    """Two slots a day, and two posts: on Monday and on Tuesday at ten."""
    organization.settings(queueSlots=daily_rule("10:00", "15:00"), defaultTimezone="UTC")
    for caption, days in (("Rye is back", 0), (HEBREW, 1)):
        slot = at(days).isoformat()
        organization.publish(caption=caption, publishMode="next_slot", slot=slot)
    return organization


def places(organization: BrowserTenant) -> list[str]:
    """Where the two posts are: of each its instant."""
    by_caption = {post["caption"]: post["scheduledFor"] for post in organization.api.posts()}
    return [by_caption[caption][:13] for caption in ("Rye is back", HEBREW)]


def hours(*slots: datetime) -> list[str]:
    """As `places` has them."""
    return [f"{each:%Y-%m-%dT%H}" for each in slots]


def carry(calendar: CalendarPage, card: Locator, target: Locator, words: str) -> None:
    """Drag a card over a target, which says what a drop would do; and drop it."""
    card.scroll_into_view_if_needed()
    card.hover()
    calendar.page.mouse.down()
    target.hover()
    target.hover()
    drop = calendar.page.locator("[data-drop]")
    expect(drop).to_have_count(1)
    assert words in (drop.get_attribute("data-drop") or "")
    calendar.page.mouse.up()


def undo(calendar: CalendarPage) -> None:
    """Press the button in the notice."""
    calendar.page.get_by_role("status").get_by_role("button", name="Undo").click()


def test_a_card_is_dragged_to_a_slot_and_taken_back(
    planned: BrowserTenant, calendar: CalendarPage
) -> None:
    """A free slot takes it, with a taken one it swaps; both are shown at once, and undone by the
    notice. What the server refuses goes back, with the reason."""
    page, notice = calendar.page, calendar.page.locator("#notice")
    page.goto(f"/?date={MONDAY}")
    rye, challah = calendar.card("Rye is back"), calendar.card(HEBREW)
    carry(calendar, rye, calendar.slot(at(2, 15)), "Move here")
    expect(calendar.slot(at(2, 15))).to_contain_text("Rye is back")
    expect(notice).to_contain_text("15:00")
    assert places(planned) == hours(at(2, 15), at(1))
    undo(calendar)
    expect(calendar.slot(at(0))).to_contain_text("Rye is back")
    assert places(planned) == hours(at(0), at(1))
    carry(calendar, rye, challah, "Swap with")
    expect(calendar.slot(at(1))).to_contain_text("Rye is back")
    expect(notice).to_contain_text("Swapped")
    assert places(planned) == hours(at(1), at(0))
    undo(calendar)
    expect(calendar.slot(at(1))).to_contain_text(HEBREW)
    assert places(planned) == hours(at(0), at(1))
    planned.api.call("POST", "/queue/pause")
    calendar.guard.expect_errors("status of 409")
    carry(calendar, rye, calendar.slot(at(3)), "Move here")
    expect(notice).to_contain_text("paused")
    expect(calendar.slot(at(0))).to_contain_text("Rye is back")
    assert places(planned) == hours(at(0), at(1))


def test_a_card_is_moved_by_keyboard(planned: BrowserTenant, calendar: CalendarPage) -> None:
    """j and k go from card to card; m takes one, arrows choose a slot, Enter drops it there, and
    Escape leaves it where it is. No violation by axe in between."""
    page, notice = calendar.page, calendar.page.locator("#notice")
    page.goto(f"/?date={MONDAY}")
    rye = calendar.card("Rye is back").get_by_role("link")
    for key, caption in (("j", "Rye is back"), ("j", HEBREW), ("k", "Rye is back")):
        page.keyboard.press(key)
        expect(calendar.card(caption).get_by_role("link")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    expect(notice).to_contain_text("Not moved")
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    expect(notice).to_contain_text("15:00: Move here")
    assert not find_violations(page)
    page.keyboard.press("ArrowRight")
    expect(notice).to_contain_text(f"{at(1):%A}")
    page.keyboard.press("Enter")
    expect(calendar.slot(at(1, 15))).to_contain_text("Rye is back")
    expect(rye).to_be_focused()
    assert places(planned) == hours(at(1, 15), at(1))
    page.keyboard.press("e")
    page.wait_for_url("**/compose/*")


def test_a_card_is_dropped_on_a_day_of_the_month(
    planned: BrowserTenant, calendar: CalendarPage
) -> None:
    """The day's first free slot takes it; the week that holds today is on the screen."""
    calendar.page.goto("/?view=month")
    expect(calendar.page.locator("td[aria-current=date]")).to_be_in_viewport()
    calendar.page.goto(f"/?view=month&date={MONDAY}")
    cell = calendar.page.get_by_role("cell").filter(has_text=name_of(MONDAY + timedelta(days=1)))
    card = calendar.page.get_by_role("listitem").filter(has_text="Rye is back")
    carry(calendar, card, cell, "first free slot")
    expect(calendar.page.locator("#notice")).to_contain_text("15:00")
    expect(cell).to_contain_text("Rye is back")
    assert places(planned) == hours(at(1, 15), at(1))
    undo(calendar)
    expect(cell).not_to_contain_text("Rye is back")
    assert places(planned) == hours(at(0), at(1))


def name_of(day: date) -> str:
    """As the month says it to screen readers."""
    return f"{day.day} {day:%B}, to the week"


def test_on_a_phone_the_days_follow_one_another(planned: BrowserTenant, users: PageUsers) -> None:
    """The strip of days leads to each, nothing sticks out, words from right to left begin at the
    right, and a free slot leads to the composer; dark, and without a violation by axe."""
    phone = users.signed_in(planned, viewport=PHONE, has_touch=True, color_scheme="dark")
    phone.page.goto(f"/?date={MONDAY}")
    phone.expect_no_sideways()
    assert not find_violations(phone.page)
    link = phone.card(HEBREW).get_by_role("link")
    assert link.evaluate("(each) => getComputedStyle(each).direction") == "rtl"
    strip = phone.page.get_by_role("navigation", name="Days of this week")
    strip.get_by_role("link", name="Sunday").tap()
    free = phone.slot(at(6)).get_by_role("link", name="+ 1 free")
    expect(free).to_be_in_viewport()
    free.tap()
    phone.page.wait_for_url("**/compose?slot=*")
