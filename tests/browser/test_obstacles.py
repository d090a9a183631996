"""The head of the page while nothing can go out."""

from datetime import datetime, timedelta

from playwright.sync_api import Locator, expect
from sqlalchemy import update

from models.accounts import Connection
from models.store import clock
from models.tables import CONNECTION
from tests.browser.axe_core import find_violations
from tests.browser.page_user import PHONE, CalendarPage, PageUsers
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

BLOCKED = "Nothing goes out on the network at the moment"

# As when the visitor comes back to the tab: the page asks at once.
COME_BACK = "document.dispatchEvent(new Event('visibilitychange'))"


def use_own_connection(server: SlotbeatServer, organization: BrowserTenant) -> None:
    """Give the organization a connection that no worker calls."""
    owner, provider = organization.id, "simulator"
    with server.database.write() as session:
        session.add(Connection(provider=provider, organization_id=owner, credentials="encrypted"))


def block(server: SlotbeatServer, organization: BrowserTenant, *, is_blocked: bool) -> None:
    """Block the provider of the organization, or end the block long ago."""
    with server.database.write() as session:
        now: datetime = clock.now(session)
        until = now + timedelta(hours=1 if is_blocked else -1)
        mine = CONNECTION.c.organization_id == organization.id
        session.connection().execute(update(CONNECTION).where(mine).values(blocked_until=until))


def head(visitor: CalendarPage) -> Locator:
    """The page's head."""
    return visitor.page.get_by_role("banner")


def test_every_page_says_that_a_network_is_away_and_when_it_is_back(
    server: SlotbeatServer, users: PageUsers, organization: BrowserTenant
) -> None:
    """On a phone: the line comes and goes while the page stays open, also on pages that show no
    post; the other obstacles are folded below, and the queue can be resumed there."""
    post = organization.publish(caption="Waits")
    use_own_connection(server, organization)
    visitor = users.signed_in(organization, viewport=PHONE)
    for path in (f"/posts/{post['id']}", "/rules"):
        visitor.page.goto(path)
        visitor.page.evaluate("window.stayed = true")
        expect(head(visitor)).not_to_contain_text(BLOCKED)
        block(server, organization, is_blocked=True)
        visitor.page.evaluate(COME_BACK)
        expect(head(visitor).get_by_role("status")).to_contain_text(BLOCKED)
        visitor.expect_no_sideways()
        block(server, organization, is_blocked=False)
        visitor.page.evaluate(COME_BACK)
        expect(head(visitor)).not_to_contain_text(BLOCKED)
        assert visitor.page.evaluate("window.stayed")
    block(server, organization, is_blocked=True)
    organization.api.call("POST", "/queue/pause", {})
    visitor.page.goto("/accounts")
    expect(head(visitor).get_by_text("The queue is paused")).to_be_hidden()
    head(visitor).get_by_text("and 1 more").click()
    assert find_violations(visitor.page) == []
    head(visitor).get_by_role("button", name="Resume the queue").click()
    expect(head(visitor)).not_to_contain_text("The queue is paused")
    expect(head(visitor)).to_contain_text(BLOCKED)
