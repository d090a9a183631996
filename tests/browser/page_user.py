"""Visitors of the pages: what they see and do, only by roles and visible names."""

import re
from datetime import date, datetime
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from tests.browser.page_guard import PageGuard
from tests.browser.slotbeat_server import BrowserTenant

# In ms; long enough for a busy machine.
MAX_WAIT = 15_000
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
expect.set_options(timeout=MAX_WAIT)

WIDER = """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
  [...document.querySelectorAll('body *')]
    .filter((each) => each.getBoundingClientRect().right > window.innerWidth + 1)
    .map((each) => each.outerHTML.slice(0, 150))"""

# Boxes with an element that reaches beyond their right edge. Text for screen readers is clipped.
STICKING_OUT = """() => [...document.querySelectorAll('td, article, section')].flatMap((box) => {
  const end = box.getBoundingClientRect().right + 1;
  const out = [...box.querySelectorAll('*')].find((each) =>
    each.clientWidth > 1 && each.getBoundingClientRect().right > end);
  return out ? [`${out.outerHTML.slice(0, 120)} of ${box.textContent.slice(0, 60)}`] : [];
})"""


class CalendarPage:
    """A page of the calendar in one browser profile."""

    def __init__(self, page: Page, guard: PageGuard) -> None:
        self.page, self.guard = page, guard

    def sign_in(self, key: str) -> None:
        """Fill in the key and submit the form, on any page that shows it."""
        self.page.get_by_label("API key").fill(key)
        self.page.get_by_role("button", name="Sign in").click()

    def sign_out(self) -> None:
        """Press the button in the menu of the organization."""
        self.page.get_by_role("navigation", name="Organization").locator("summary").click()
        self.page.get_by_role("button", name="Sign out").click()

    def open_settings(self) -> None:
        """Open the menu of the page's head."""
        self.page.locator("summary").filter(has_text="Settings").click()

    def day(self, date: date) -> Locator:
        """A day of the week that is shown."""
        name = f"{date:%A} {date.day} {date:%b}"
        return self.page.get_by_role("region", name=name, exact=True)

    def slot(self, at: datetime) -> Locator:
        """A slot of the week, by its local date and time."""
        slots = self.day(at.date()).get_by_role("listitem")
        return slots.filter(has_text=re.compile(rf"^\s*{at:%H:%M}\b")).first

    def card(self, caption: str) -> Locator:
        """A post on the calendar or beside it."""
        return self.page.get_by_role("main").get_by_role("article").filter(has_text=caption).first

    def open_post(self, caption: str) -> Locator:
        """Open the panel of a post; returns the panel."""
        self.card(caption).get_by_role("link").click()
        expect(self.panel.get_by_role("heading", level=2)).to_contain_text(caption)
        return self.panel

    @property
    def panel(self) -> Locator:
        """The post beside the calendar."""
        return self.page.get_by_role("complementary", name="Post")

    def expect_no_sideways(self) -> None:
        """AssertionError if an element is wider than the window."""
        wide = self.page.evaluate(WIDER)
        assert not wide, f"wider than the window: {wide}"

    def expect_all_inside(self) -> None:
        """AssertionError if an element is wider than its day, post or section."""
        out = self.page.evaluate(STICKING_OUT)
        assert not out, f"sticks out: {out[:3]}"

    def press(self, name: str) -> None:
        """Press a button of the panel."""
        self.panel.get_by_role("button", name=name, exact=True).click()

    def unfold(self, name: str) -> None:
        """Open a closed section of the panel."""
        self.panel.locator("summary").filter(has_text=name).click()


class PageUsers:
    """Makes visitors, checks their pages for errors, and closes them."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser, self._origin = browser, origin
        self._made: list[tuple[BrowserContext, PageGuard]] = []

    def new_user(self, **options: Any) -> CalendarPage:  # noqa: ANN401  (Playwright's own options)
        """Somebody new, with options of a browser context; a blank page."""
        wanted = {"base_url": self._origin, "viewport": DESK, "locale": "en-GB", **options}
        context = self._browser.new_context(**wanted)
        context.set_default_timeout(MAX_WAIT)
        guard = PageGuard(context)
        self._made.append((context, guard))
        return CalendarPage(context.new_page(), guard)

    def signed_in(self, organization: BrowserTenant, **options: Any) -> CalendarPage:  # noqa: ANN401
        """Somebody new at the organization's calendar."""
        visitor = self.new_user(**options)
        visitor.page.goto("/")
        visitor.sign_in(organization.key)
        expect(visitor.page.get_by_text(organization.name)).to_be_visible()
        return visitor

    def screenshots(self) -> str:
        """The text of all open pages, for a test that failed."""
        lines: list[str] = []
        for context, guard in self._made:
            lines += (_text(page) for page in context.pages)
            lines += guard.problems
        return "\n".join(lines)

    def close(self) -> None:
        """Close all pages."""
        for context, _guard in self._made:
            context.close()

    def check(self) -> None:
        """AssertionError if a page had an error."""
        for _context, guard in self._made:
            guard.check()


def _text(page: Page) -> str:
    return f"--- {page.url}\n{page.locator('body').inner_text()[:3000]}"
