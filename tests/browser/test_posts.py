"""A post: its panel and its own page, what it is doing, and its actions."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, expect
from sqlalchemy import update

from models.store import clock
from models.tables import DELIVERY, POST
from tests.browser.axe_core import find_violations
from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.rule_times import daily_rule, far_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

# The browser logs every response with an error status.
CONFLICT = "status of 409"
SMALL = {"width": 390, "height": 844}


def account(panel: Locator, name: str) -> Locator:
    """The post on an account."""
    accounts = panel.get_by_role("region", name="Accounts")
    return accounts.get_by_role("listitem").filter(has_text=name)


def delay(server: SlotbeatServer, post_id: str, seconds: int) -> None:
    """Let a post be due, and its fifth attempt come after so long."""
    with server.database.write() as session:
        now: datetime = clock.now(session)
        later = {
            "attempts": 4,
            "error": "answers 503",
            "not_before": now + timedelta(seconds=seconds),
        }
        of_post = DELIVERY.c.post_id == post_id
        session.connection().execute(update(DELIVERY).where(of_post).values(**later))
        due = {"scheduled_for": now - timedelta(seconds=5), "late_at": None}
        session.connection().execute(update(POST).where(POST.c.id == post_id).values(**due))


def test_a_failed_post_is_tried_again_and_goes_out(
    server: SlotbeatServer, organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """A photo that the provider refuses says so; once it takes it, a retry publishes the post,
    and calendar and panel show that by themselves, with a link and the story."""
    server.stack.inject_fault(kind="media_error", times=100)
    post = organization.publish(
        postType="photo", caption="Our new window", platforms=["instagram"],
        photoUrls=[server.media("storefront.jpg")], publishMode="publish_now",
    )  # fmt: skip
    expect(calendar.card("Our new window")).to_contain_text("failed")
    server.stack.clear_faults()
    panel = calendar.open_post("Our new window")
    expect(panel.get_by_role("region", name="State")).to_contain_text("failed")
    expect(account(panel, "Instagram")).to_contain_text("Failed")
    calendar.press("Try again")
    expect(account(panel, "Instagram")).to_contain_text("Published")
    expect(account(panel, "Instagram").get_by_role("link")).to_be_visible()
    story = panel.get_by_role("region", name="History").get_by_role("listitem")
    expect(story.first).to_contain_text("Published on Instagram")
    expect(story.nth(1)).to_contain_text("asked to try it again")
    expect(panel.get_by_role("region", name="State")).not_to_contain_text("failed")
    assert organization.post(post["id"])["status"] == "published"


def test_words_are_edited_in_place(
    server: SlotbeatServer, organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """By a click on the words or by `e`: Escape asks before it throws away what was typed, what
    others change meanwhile stays beside it, and after saving it stands in the panel, on the
    calendar and in the API. The alt texts too."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(
        postType="photo", caption="Fresh at eigth", platforms=["x"],
        photoUrls=[server.media("storefront.jpg")],
    )  # fmt: skip
    calendar.page.goto(f"/?date={slot_of(post):%Y-%m-%d}")
    panel = calendar.open_post("Fresh at eigth")
    keyboard, words = calendar.page.keyboard, panel.get_by_role("region", name="Words")
    words.get_by_text("Fresh at eigth").click()
    expect(panel.get_by_label("Caption")).to_be_focused()
    keyboard.press("Escape")
    expect(panel.get_by_label("Caption")).to_have_count(0)
    keyboard.press("e")
    panel.get_by_label("Caption").fill("Fresh at eight 🍞\nEvery day")
    keyboard.press("Escape")
    calendar.page.get_by_role("button", name="Keep editing").click()
    organization.api.call("POST", "/edit", {"postId": post["id"], "caption": "Fresh at 8"})
    expect(panel.get_by_text("The post has changed in the meantime.")).to_be_visible()
    expect(panel.get_by_label("Caption")).to_have_value("Fresh at eight 🍞\nEvery day")
    calendar.guard.expect_errors(CONFLICT)
    calendar.press("Save")
    expect(panel.get_by_role("region", name="Both texts")).to_contain_text("Fresh at 8")
    calendar.press("Save")
    expect(calendar.page.get_by_text("Saved.")).to_be_visible()
    expect(words.get_by_role("link", name="Edit the caption")).to_be_focused()
    expect(calendar.card("Fresh at eight 🍞 Every day")).to_be_visible()
    panel.get_by_role("link", name="Add alt texts").click()
    panel.get_by_label("Photo 1").fill("A shop window")
    calendar.press("Save the alt texts")
    expect(panel.get_by_role("img", name="A shop window")).to_be_visible()
    saved = organization.post(post["id"])
    assert (saved["caption"], saved["altTexts"]) == (
        "Fresh at eight 🍞\nEvery day", ["A shop window"],
    )  # fmt: skip


def test_a_post_is_moved_and_removed(organization: BrowserTenant, calendar: CalendarPage) -> None:
    """`m` opens the slots: the post stands in the one that was chosen, its old one is free again,
    and the story says from where to where. Removing takes two steps, far from the others."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(caption="Bread day")
    old = slot_of(post)
    new = old + timedelta(days=1)
    calendar.page.goto(f"/?date={old:%Y-%m-%d}")
    panel = calendar.open_post("Bread day")
    calendar.page.keyboard.press("m")
    day = panel.get_by_role("group", name=f"{new:%A} {new.day} {new:%B}")
    if day.count() == 0:
        expect(panel.get_by_role("button", name="Later week")).to_be_visible()
        if day.count() == 0:
            panel.get_by_role("button", name="Later week").click()
    day.get_by_text("10:00").click()
    calendar.press("Move")
    expect(calendar.page.get_by_text("Moved to its new slot.")).to_be_visible()
    expect(calendar.slot(old)).to_contain_text("1 free")
    moved = (
        f"moved it from {old:%a} {old.day} {old:%b}, 10:00 to {new:%a} {new.day} {new:%b}, 10:00"
    )
    expect(panel.get_by_role("region", name="History")).to_contain_text(moved)
    expect(calendar.slot(old)).to_contain_text("+ 1 free")
    assert slot_of(organization.post(post["id"])) == new
    calendar.page.goto(f"/?date={new:%Y-%m-%d}")
    panel = calendar.open_post("Bread day")
    expect(panel.get_by_role("button", name="Remove the post")).to_have_count(0)
    panel.locator("summary").filter(has_text="More").click()
    panel.get_by_role("link", name="Remove", exact=True).click()
    calendar.press("Remove the post")
    expect(panel.get_by_role("region", name="State")).to_contain_text("cancelled")
    expect(calendar.slot(new)).to_contain_text("1 free")
    assert organization.post(post["id"])["status"] == "cancelled"


def test_a_post_is_approved_and_others_go_back(
    organization: BrowserTenant, calendar: CalendarPage
) -> None:
    """`a` approves: it takes a slot. Changes are asked for with a comment, which its writer reads;
    rejected it goes nowhere."""
    organization.settings(queueSlots=daily_rule("10:00"), approveApiPosts=True)
    good, back, bad = (
        organization.publish(caption=text)
        for text in ("All is well", "Nearly right", "All is wrong")
    )
    page, post = calendar.page, calendar.page.get_by_role("main")
    page.goto(f"/posts/{good['id']}")
    page.keyboard.press("a")
    expect(post.get_by_text("Approved.")).to_be_focused()
    page.goto(f"/posts/{back['id']}")
    post.get_by_role("link", name="Ask for changes").click()
    post.get_by_label("What has to change?").fill("Name the day")
    post.get_by_role("button", name="Send back to its writer").click()
    expect(post.get_by_role("region", name="Comments")).to_contain_text("Name the day")
    page.goto(f"/posts/{bad['id']}")
    post.locator("summary").filter(has_text="More").click()
    post.get_by_role("link", name="Reject").click()
    post.get_by_label("Why is it rejected?").fill("The date is missing")
    post.get_by_role("button", name="Reject permanently").click()
    expect(post.get_by_role("region", name="State")).to_contain_text("rejected")
    organization.await_status(good["id"], "scheduled")
    assert organization.post(back["id"])["status"] == "changes_requested"
    assert organization.post(bad["id"])["status"] == "rejected"


def test_a_post_that_is_tried_again_counts_down(
    server: SlotbeatServer, organization: BrowserTenant, users: PageUsers
) -> None:
    """On its own page, on a phone and in the dark: what it is doing, when the next try comes and
    which one it is, without a reload; with versions, each network's words in a tab; without a
    violation of the accessibility rules."""
    organization.settings(queueSlots=far_rule())
    post = organization.publish(
        caption="Hello all", platforms=["x", "facebook"], versions={"x": {"caption": "Hello X"}}
    )
    visitor = users.signed_in(organization, viewport=SMALL, color_scheme="dark")
    page = visitor.page
    page.goto(f"/posts/{post['id']}")
    page.evaluate("window.stayed = true")
    page.get_by_role("tab", name="X").click()
    expect(page.get_by_text("Hello X")).to_be_visible()
    delay(server, post["id"], 90)
    state = page.get_by_role("region", name="State")
    expect(state).to_contain_text("Retrying on X and Facebook, next in")
    expect(state).to_contain_text("(attempt 5)")
    shown = state.get_by_role("time").inner_text()
    expect(state.get_by_role("time")).not_to_have_text(shown)
    expect(page.get_by_text("Hello X")).to_be_visible()
    assert page.evaluate("window.stayed")
    page.get_by_text("Every step").click()
    visitor.expect_no_sideways()
    assert find_violations(page) == []


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
    calendar.page.keyboard.press("e")
    panel.get_by_label("Caption").fill("Too late")
    organization.await_status(post["id"], "published")
    expect(panel.get_by_label("Caption")).to_have_value("Too late")
    calendar.press("Save")
    expect(panel.get_by_role("alert")).to_be_visible()
    expect(panel.get_by_text("Too late")).to_be_visible()
    assert organization.post(post["id"])["caption"] == "Off it goes"
