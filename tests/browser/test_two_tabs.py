"""Two tabs of one browser, and a sign-in to another organization in one of them."""

from playwright.sync_api import Page, expect

from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.rule_times import far_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

# The browser logs every response with an error status.
OTHER_ORGANIZATION = "status of 412"
OTHER = "Harbour Yoga"


def sign_in_elsewhere(visitor: CalendarPage, other: BrowserTenant) -> None:
    """Sign in to the other organization in a second tab."""
    tab = visitor.page.context.new_page()
    tab.goto("/sign-in")
    CalendarPage(tab, visitor.guard).sign_in(other.key)
    expect(tab.get_by_text(other.name)).to_be_visible()
    tab.close()


def name_of(page: Page) -> str:
    """The organization in the page's head."""
    return page.get_by_role("banner").locator("strong").inner_text()


def test_the_header_and_the_posts_are_of_one_organization(
    server: SlotbeatServer, users: PageUsers, organization: BrowserTenant
) -> None:
    """After a sign-in to another organization the open calendar is loaded again: it never shows the
    posts of one below the name of the other, and the open post of the first one is closed."""
    other = server.organization(OTHER)
    for each, caption in ((organization, "Of the first"), (other, "Of the second")):
        each.settings(queueSlots=far_rule())
        at = slot_of(each.publish(caption=caption))
    visitor = users.signed_in(organization)
    visitor.guard.expect_errors(OTHER_ORGANIZATION)
    visitor.page.goto(f"/?date={at:%Y-%m-%d}")
    visitor.open_post("Of the first")
    visitor.page.evaluate(WATCH)
    sign_in_elsewhere(visitor, other)
    expect(visitor.card("Of the second")).to_be_visible()
    assert name_of(visitor.page) == OTHER
    assert f"date={at:%Y-%m-%d}" in visitor.page.url
    expect(visitor.card("Of the first")).to_have_count(0)
    expect(visitor.panel).to_be_hidden()
    assert visitor.page.evaluate("sessionStorage.getItem('mixed')") is None


# Notes in the tab's storage, which survives a reload, that the first page shows the other's post.
WATCH = """() => new MutationObserver(() => {
  if (document.querySelector("main").textContent.includes("Of the second"))
    sessionStorage.setItem("mixed", "yes");
}).observe(document.body, { childList: true, subtree: true })"""


def test_a_form_for_another_organization_keeps_what_was_typed(
    server: SlotbeatServer, users: PageUsers, organization: BrowserTenant
) -> None:
    """A form that is sent after a sign-in elsewhere says so above it, and does nothing; typed text
    stays, on the calendar too."""
    other = server.organization(OTHER)
    organization.settings(queueSlots=far_rule())
    at = slot_of(organization.publish(caption="Of the first"))
    writer, editor = users.signed_in(organization), users.signed_in(organization)
    for each in (writer, editor):
        each.guard.expect_errors(OTHER_ORGANIZATION)
    writer.page.goto("/publish")
    writer.page.get_by_label("Caption").fill("A long thought")
    sign_in_elsewhere(writer, other)
    writer.page.get_by_role("main").locator("form[data-enhance] button.primary").click()
    expect(writer.page.get_by_role("alert")).to_contain_text(f"signed in to {OTHER} now")
    expect(writer.page.get_by_label("Caption")).to_have_value("A long thought")
    editor.page.goto(f"/?date={at:%Y-%m-%d}")
    editor.open_post("Of the first")
    editor.unfold("Change the caption")
    editor.panel.get_by_label("Caption").fill("A better thought")
    sign_in_elsewhere(editor, other)
    expect(editor.page.get_by_text("You are signed in to another organization")).to_be_visible()
    expect(editor.panel.get_by_label("Caption")).to_have_value("A better thought")
    assert name_of(editor.page) == organization.name
    assert len(organization.api.posts()) == 1
    assert not other.api.posts()
