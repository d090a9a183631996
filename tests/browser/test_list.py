"""The list: finding posts, and changing many of them at once."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from tests.browser.axe_core import find_violations
from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.slotbeat_server import BrowserTenant

NARROW = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}
CAPTIONS = ("Rye is back", "Slow coffee", "Fast coffee", "Cold coffee", "Closed on Monday")


def test_posts_are_found_labelled_moved_and_removed(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """Search by "/" from the week, filter in a menu, select with Shift, label and undo, move by
    days with one refusal, and a removal that is asked about: with the mouse, without a reload."""
    page = calendar.page
    calendar.guard.expect_errors("status of 400")  # the label with a comma
    ids = publish_all(organization)
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type("COFFEE")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_text([re.compile(each) for each in ("Fast", "Slow", "Cold")])
    page.get_by_role("checkbox", name="Select: Fast coffee").check()
    page.get_by_role("checkbox", name="Select: Cold coffee").click(modifiers=["Shift"])
    bar = page.get_by_role("group", name="Selected posts")
    expect(bar).to_contain_text("3 selected")
    open_menu(bar, "Label")
    bar.get_by_label("Label", exact=True).fill("Autumn, 2026")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("no comma")
    open_menu(bar, "Label")
    bar.get_by_label("Label", exact=True).fill("Autumn 2026")
    assert find_violations(page) == []
    bar.get_by_role("button", name="Add").click()
    notice = page.locator("#notice")
    expect(notice).to_contain_text("3 posts labelled “Autumn 2026”.")
    expect(rows(page).filter(has_text="Autumn 2026")).to_have_count(3)
    notice.get_by_role("button", name="Undo").click()
    expect(rows(page).filter(has_text="Autumn 2026")).to_have_count(0)

    open_menu(bar, "Move")
    bar.get_by_label("Days later").fill("1")
    bar.get_by_role("button", name="Move by days").click()
    expect(notice).to_contain_text("2 posts moved 1 day later. 1 post could not be.")
    expect(page.get_by_role("alert")).to_contain_text("Cold coffee: the post has no date")
    assert at_of(organization, ids[1]) > datetime.now(UTC) + timedelta(days=3)

    page.get_by_role("checkbox", name="Select: Slow coffee").uncheck()
    bar.get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog", name="Remove 2 posts?")
    expect(dialog.get_by_role("listitem")).to_have_text(["Fast coffee", "Cold coffee"])
    assert find_violations(page) == []
    dialog.get_by_role("button", name="Keep them").click()
    expect(dialog).to_have_count(0)
    bar.get_by_role("button", name="Remove").click()
    dialog.get_by_role("button", name="Remove").click()
    expect(notice).to_contain_text("2 posts removed.")
    open_menu(page.locator("header"), "Filters")
    page.get_by_text("Cancelled", exact=True).click()
    page.get_by_role("button", name="Show posts").click()
    expect(rows(page)).to_have_count(2)
    expect(page).to_have_url(re.compile("q=COFFEE&status=cancelled"))
    page.get_by_role("link", name="Take off “COFFEE”").click()
    page.get_by_role("link", name="Take off Status: Cancelled").click()
    expect(rows(page)).to_have_count(len(CAPTIONS))


def test_the_list_works_by_keyboard_and_on_a_phone(
    organization: BrowserTenant, users: PageUsers
) -> None:
    """Keys go through the posts, select and open them; at 390 px in the dark everything fits, and a
    label is added with a finger."""
    publish_all(organization)
    desk = users.signed_in(organization)
    desk.page.goto(f"{base_of(desk.page)}/list")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("j")
    desk.page.keyboard.press("k")
    desk.page.keyboard.press("x")
    first = rows(desk.page).first
    expect(first.get_by_role("checkbox")).to_be_checked()
    expect(first.get_by_role("link")).to_be_focused()
    desk.page.keyboard.press("Enter")
    expect(desk.panel).to_be_visible()
    desk.page.keyboard.press("Escape")
    expect(desk.panel).to_be_hidden()
    assert find_violations(desk.page) == []

    phone = users.signed_in(organization, **NARROW)
    page = phone.page
    page.goto(f"{base_of(page)}/list?q=rye")
    page.get_by_role("checkbox", name="Select: Rye is back").tap()
    bar = page.get_by_role("group", name="Selected posts")
    open_menu(bar, "Label")
    bar.get_by_label("Label", exact=True).fill("Bread")
    phone.expect_no_sideways()
    assert find_violations(page) == []
    bar.get_by_role("button", name="Add").tap()
    expect(page.locator("#notice")).to_contain_text("1 post labelled “Bread”.")
    open_menu(page.locator("header"), "Filters")
    phone.expect_no_sideways()
    assert find_violations(page) == []


def publish_all(organization: BrowserTenant) -> list[str]:
    """Four posts on four days, and a draft without a date in the middle; their ids."""
    ids = []
    for number, caption in enumerate(CAPTIONS):
        at = (datetime.now(UTC) + timedelta(days=number + 2)).isoformat()
        when = {"scheduledAt": at} if caption != "Cold coffee" else {"publishMode": "draft"}
        ids.append(organization.publish(caption=caption, **when)["id"])
    return ids


def at_of(organization: BrowserTenant, post_id: str) -> datetime:
    """The instant of a post."""
    return datetime.fromisoformat(organization.post(post_id)["scheduledFor"])


def rows(page: Page) -> Locator:
    """The posts of the list."""
    return page.locator(".list-row")


def open_menu(place: Locator, name: str) -> None:
    """Open a menu by its name."""
    place.locator("summary").filter(has_text=name).click()


def base_of(page: Page) -> str:
    """How the addresses of the organization's pages begin."""
    found: list[str] = re.findall(r"/o/[^/?]+", page.url)
    return found[0]
