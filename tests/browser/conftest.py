"""One Slotbeat and one Chromium for all tests of this folder; a visitor and a tenant for each."""

import sys
from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, slotbeat_server
from tests.browser.page_user import CalendarPage, PageUsers
from tests.browser.slotbeat_server import BrowserTenant, SlotbeatServer

FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the test that waits for a real slot first, so that others run at the same time."""
    items.sort(key=lambda item: "in_its_slot" not in item.name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the test failed, for the fixtures that are torn down after it."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlotbeatServer]:
    """`slotbeat up` with the provider simulator."""
    with slotbeat_server.run_slotbeat(tmp_path_factory.mktemp("slotbeat")) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with chromium.run_chromium() as running:
        yield running


@pytest.fixture
def organization(server: SlotbeatServer) -> BrowserTenant:
    """A tenant without rules and posts."""
    return server.organization()


@pytest.fixture
def users(
    browser: Browser, server: SlotbeatServer, request: pytest.FixtureRequest
) -> Iterator[PageUsers]:
    """Makes visitors, each with its own browser profile; the test fails if a page had an error."""
    made = PageUsers(browser, server.origin)
    yield made
    if request.node.stash.get(FAILED, True):
        sys.stdout.write(made.screenshots())
        made.close()
    else:
        made.close()
        made.check()


@pytest.fixture
def calendar(users: PageUsers, organization: BrowserTenant) -> CalendarPage:
    """The calendar page, signed in."""
    return users.signed_in(organization)
