"""The page of all components, as a reader and as a designer sees it."""

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.axe_core import find_violations
from tests.browser.page_user import DESK, PHONE, PageUsers
from tests.browser.slotbeat_server import BrowserTenant


def test_all_components_are_seen_in_both_schemes_and_on_a_phone(
    users: PageUsers, organization: BrowserTenant, tmp_path: Path
) -> None:
    """None sticks out of the window or breaks a rule of accessibility, and the pictures of the two
    schemes differ; the menus open by a click and close by Escape, and `?` shows the keys."""
    pictures = {}
    for scheme, size in (("light", DESK), ("dark", DESK), ("light", PHONE)):
        visitor = users.signed_in(organization, color_scheme=scheme, viewport=size)
        page = visitor.page
        page.goto("/components")
        assert not find_violations(page), (scheme, size)
        visitor.expect_no_sideways()
        name = f"components-{scheme}-{size['width']}"
        pictures[name] = page.screenshot(path=tmp_path / f"{name}.png", full_page=True)
        page.get_by_role("main").locator("summary").filter(has_text="Actions").click()
        duplicate = page.get_by_role("button", name="Duplicate")
        expect(duplicate).to_be_visible()
        page.keyboard.press("Escape")
        expect(duplicate).to_be_hidden()
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("New post")
        assert not find_violations(page), "the dialog"
        page.keyboard.press("Escape")
    assert len(set(pictures.values())) == len(pictures)
