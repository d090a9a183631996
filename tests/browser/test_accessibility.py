"""Accessibility by axe-core: contrast, names, roles, order of headings."""

from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.browser.axe_core import find_violations
from tests.browser.page_user import PHONE, PageUsers
from tests.browser.rule_times import daily_rule, slot_of
from tests.browser.slotbeat_server import BrowserTenant


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(
    users: PageUsers, organization: BrowserTenant, scheme: Literal["light", "dark"]
) -> None:
    """Every page, with posts and without, in both colour schemes, and the week on a phone, too."""
    organization.settings(queueSlots=daily_rule("10:00"))
    post = organization.publish(caption="Bread day")
    address = f"/?date={slot_of(post):%Y-%m-%d}"
    organization.settings(approveApiPosts=True)
    organization.publish(caption="Not yet")
    stranger = users.new_user(color_scheme=scheme)
    stranger.page.goto("/sign-in")
    assert not find_violations(stranger.page)
    visitor = users.signed_in(organization, color_scheme=scheme)
    for path in (
        "/?view=month",
        "/components",
        "/rules",
        "/compose",
        "/accounts",
        f"/posts/{post['id']}",
        address,
    ):
        visitor.page.goto(path)
        assert not find_violations(visitor.page), path
    visitor.open_post("Bread day")
    assert not find_violations(visitor.page), "the panel"
    visitor.page.set_viewport_size(PHONE)
    visitor.page.goto(address)
    assert not find_violations(visitor.page), "on a phone"


def test_what_breaks_a_rule_is_found(browser: Browser) -> None:
    """A field without a name, grey on grey, and an id that comes twice."""
    page = browser.new_page()
    page.set_content("<main><h1 id=a>Hi</h1><input id=a><p style='color: #999'>Pale</p></main>")
    found = "\n".join(find_violations(page))
    page.close()
    assert "the id a comes twice" in found
    assert "label: <input" in found
    assert "color-contrast: <p" in found
