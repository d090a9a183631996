"""The head of the page while nothing can go out."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect
from sqlalchemy import update

from models.accounts import Connection
from models.store import clock
from models.tables import CONNECTION
from tests.browser.page_user import PHONE, CalendarPage, PageUsers
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

BLOCKED = "The provider takes no posts at the moment"


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


@pytest.mark.parametrize("path", ["/?view=week", "/?view=month", "/posts/{}"])
def test_the_head_says_that_the_provider_is_away_and_when_it_is_back(
    server: SlotbeatServer, users: PageUsers, organization: BrowserTenant, path: str
) -> None:
    """The sentence comes and goes while the page stays open, and the other pages show it too."""
    post = organization.publish(caption="Waits")
    use_own_connection(server, organization)
    visitor = users.signed_in(organization, viewport=PHONE)
    visitor.page.goto(path.format(post["id"]))
    visitor.page.evaluate("window.stayed = true")
    expect(head(visitor)).not_to_contain_text(BLOCKED)
    block(server, organization, is_blocked=True)
    expect(head(visitor).get_by_role("status")).to_contain_text(BLOCKED)
    visitor.expect_no_sideways()
    block(server, organization, is_blocked=False)
    expect(head(visitor)).not_to_contain_text(BLOCKED)
    assert visitor.page.evaluate("window.stayed")
    block(server, organization, is_blocked=True)
    for other in ("/compose", "/rules"):
        visitor.page.goto(other)
        expect(head(visitor)).to_contain_text(BLOCKED)
        expect(head(visitor).get_by_role("status")).to_have_count(0)
