"""The inbox and the approvals, as the person who is responsible uses them."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from models.tables import DELIVERY, POST
from tests.browser.axe_core import find_violations
from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.rule_times import far_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

THUMB = {"width": 390, "height": 800}
LONG = "We open at eight, and the first loaves are gone by nine. " * 4


def row(page: Page, words: str) -> Locator:
    """A post in the inbox or in the approvals."""
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=words).first


@pytest.fixture
def needy(server: SlotbeatServer, organization: BrowserTenant) -> BrowserTenant:
    """An organization with a post of each kind that needs a person."""
    organization.settings(queueSlots=far_rule())
    states = {
        "Failed post": {"status": "failed"},
        "Second failed post": {"status": "failed"},
        "Missed post": {"status": "missed"},
        "Unknown post": {"status": "unknown"},
    }
    made = {each: organization.publish(caption=each, publishMode="draft") for each in states}
    with server.database.write() as session:
        for caption, columns in states.items():
            post = made[caption]
            is_bad = columns["status"] in ("failed", "unknown")
            told = {"status": columns["status"]} if is_bad else {}
            change = {"desired": "scheduled", **columns}
            session.connection().execute(update(POST).where(POST.c.id == post["id"]).values(change))
            of_post = update(DELIVERY).where(DELIVERY.c.post_id == post["id"])
            session.connection().execute(of_post.values(error="the photo is too small", **told))
    organization.settings(approveApiPosts=True)
    organization.publish(caption="Waits for a yes")
    return organization


def test_what_needs_a_person_is_shown_decided_and_gone(
    users: PageUsers, needy: BrowserTenant, tmp_path: Path
) -> None:
    """The head counts what needs a person. Each post says why and offers what can be done, alone or
    for many; what is left as it is disappears, and in the end nothing needs anybody. In light, dark
    and on a phone nothing breaks a rule of accessibility or sticks out."""
    for scheme, size in (("dark", THUMB), ("light", {"width": 1280, "height": 900})):
        visitor = users.signed_in(needy, color_scheme=scheme, viewport=size)
        page = visitor.page
        page.get_by_role("link", name="Inbox").click()
        expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
        assert not find_violations(page), scheme
        visitor.expect_no_sideways()
        page.screenshot(path=tmp_path / f"inbox-{scheme}.png", full_page=True)
    expect(page.get_by_role("link", name="Inbox 5")).to_be_visible()
    expect(row(page, "Failed post")).to_contain_text("X: the photo is too small")
    expect(row(page, "Unknown post")).to_contain_text("It may have gone out on X.")
    chosen = page.get_by_role("form", name="With the chosen posts")
    expect(chosen).to_be_hidden()
    for words in ("Failed post", "Second failed post"):
        page.get_by_label(f"Choose: {words}", exact=True).check()
    expect(chosen).to_contain_text("2 chosen")
    chosen.get_by_role("button", name="Leave as it is").click()
    expect(page.get_by_text("Left as it is: 2 posts.")).to_be_visible()
    expect(page.get_by_role("link", name="Inbox 3")).to_be_visible()
    for words in ("Missed post", "Unknown post"):
        row(page, words).get_by_role("button", name="Leave as it is").click()
        expect(row(page, words)).to_be_hidden()
    page.get_by_role("link", name="Look at it").click()
    row(page, "Waits for a yes").get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Nothing waits for approval.")).to_be_visible()
    assert not find_violations(page)


def test_posts_are_approved_by_keys_and_sent_back_with_words(
    calendar: CalendarPage, organization: BrowserTenant, tmp_path: Path
) -> None:
    """`j` and `k` go from post to post, `a` approves and goes on, `x` chooses. Each shows when it
    would go out, and gets just that. Changes are asked for with a comment, which a look at the
    server does not take away while it is typed; a rejection is one step further. A post that comes
    meanwhile appears by itself."""
    organization.settings(queueSlots=far_rule(), approveApiPosts=True)
    made = [organization.publish(caption=f"{name}: {LONG}") for name in "ABCD"]
    page = calendar.page
    page.goto("/approvals")
    page.set_viewport_size({"width": 1280, "height": 900})
    planned = row(page, "A:").get_by_role("time").get_attribute("datetime")
    page.screenshot(path=tmp_path / "approvals.png", full_page=True)
    assert not find_violations(page)
    page.keyboard.press("j")
    expect(row(page, "A:").get_by_role("link")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("a")
    done = page.get_by_role("main").get_by_role("status")
    expect(done).to_contain_text("Approved: A:")
    expect(row(page, "B:").get_by_role("link")).to_be_focused()
    assert f"{slot_of(organization.post(made[0]['id'])):%Y-%m-%dT%H}" in str(planned)
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    form = page.get_by_role("form", name="With the chosen posts")
    expect(form).to_contain_text("2 chosen")
    page.keyboard.press("a")
    expect(done).to_contain_text("Approved: 2 posts.")
    organization.publish(caption="Came later")
    expect(row(page, "Came later")).to_be_visible()
    _send_back(page, organization, made[3]["id"])
    page.set_viewport_size({"width": 390, "height": 800})
    row(page, "Came later").locator("summary").filter(has_text="Reject").click()
    row(page, "Came later").get_by_label("Why it is rejected").fill("Not our tone")
    page.screenshot(path=tmp_path / "approvals-phone.png", full_page=True)
    calendar.expect_no_sideways()
    assert not find_violations(page)
    page.get_by_role("button", name="Reject it for good").click()
    expect(page.get_by_text("Nothing waits for approval.")).to_be_visible()


def _send_back(page: Page, organization: BrowserTenant, post_id: str) -> None:
    """Ask for changes of the post D, while another one is approved elsewhere."""
    sent_back = row(page, "D:")
    sent_back.locator("summary").filter(has_text="Ask for changes").click()
    comment = sent_back.get_by_label("What has to change")
    comment.fill("Another photo,\nplease")
    with page.expect_response(lambda answer: answer.url.endswith("/approvals/part")):
        pass
    expect(comment).to_have_value("Another photo,\nplease")
    sent_back.get_by_role("button", name="Send back to the writer").click()
    expect(page.get_by_text("Sent back to the writer: D:")).to_be_visible()
    review = organization.post(post_id)["review"]
    assert (review["state"], review["comment"]) == ("changes_requested", "Another photo,\nplease")
