"""The head of every page says what keeps posts from going out, and polling shows and removes it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from models.store import clock
from models.store.jobs import heartbeats
from models.tables import CONNECTION, HEARTBEAT, JOB, POST, SETTINGS
from models.task_names import ACCOUNTS_INTERVAL, JobKind
from services import publishing_obstacles
from tests.integration.account_factories import add_own_connection, sync_accounts
from tests.integration.live_server import ApiServer, Json, OrganizationClient
from tests.integration.past_heartbeats import record_ago
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    PagePoller,
    find_all,
    follow_page,
    open_signed_in_browser,
)

MINUTE = timedelta(minutes=1)
NO_PROCESS = "scheduler and worker are not running"
NO_WORKER = "no worker of Slotbeat is running"
NO_BEAT = "Slotbeat’s scheduler is not running"
BLOCKED = "Nothing goes out on the network at the moment"
SILENT = "No answer from the network since"
REFUSED = "Slotbeat is no longer let in at the network"
PAUSED = "The queue is paused"
OFF = "Social posting is switched off"
LATE = "1 post missed its slot, and goes out late, one after another, until"
SENTENCES = (NO_PROCESS, NO_WORKER, NO_BEAT, BLOCKED, SILENT, REFUSED, PAUSED, OFF, LATE)


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server counts as running for long, except where a test says otherwise."""
    monkeypatch.setattr(publishing_obstacles, "STARTUP_GRACE", 0.0)


@pytest.fixture
def organization(any_api: ApiServer) -> OrganizationClient:
    """An organization with a connection; beat and worker are alive, and the provider answers."""
    made = any_api.create_organization()
    made.publish()
    beat(any_api, "beat")
    beat(any_api, "worker")
    set_connection(any_api, refused_at=None, blocked_until=None, accounts_synced_at=now(any_api))
    return made


@pytest.fixture
def browser(organization: OrganizationClient) -> Iterator[BrowserClient]:
    """A browser that has signed in to the organization."""
    with open_signed_in_browser(organization) as browser:
        yield browser


def now(api: ApiServer) -> datetime:
    """The database's clock."""
    with api.database.read() as session:
        return clock.now(session)


def beat(api: ApiServer, kind: str, ago: timedelta = timedelta(0)) -> None:
    """Leave the last heartbeat of the only process of a kind."""
    with api.database.write() as session:
        record_ago(session, kind, kind, ago)


def forget_heartbeats(api: ApiServer) -> None:
    """As in an installation in which no beat and no worker ever ran."""
    with api.database.write() as session:
        session.connection().execute(HEARTBEAT.delete())


def set_connection(api: ApiServer, **values: Json) -> None:
    """Set columns of the environment's connection; its accounts job wakes after the usual time."""
    with api.database.write() as session:
        connection = session.connection()
        connection.execute(CONNECTION.update().values(**values))
        if values.get("accounts_synced_at"):
            wake_at = values["accounts_synced_at"] + ACCOUNTS_INTERVAL
            is_sync = JOB.c.kind == JobKind.ACCOUNTS
            connection.execute(JOB.update().where(is_sync).values(wake_at=wake_at))


def fail_syncs_since(api: ApiServer, synced_at: datetime) -> None:
    """As after an outage: the last answer is old, and the next try is due in a moment."""
    set_connection(api, accounts_synced_at=synced_at)
    with api.database.write() as session:
        is_sync = JOB.c.kind == JobKind.ACCOUNTS
        session.connection().execute(JOB.update().where(is_sync).values(wake_at=now(api)))


def head(page: str) -> str:
    """What the page's head says about obstacles."""
    return find_all(r'<div id="obstacles" role="status">(.*?)</div>\s*</header>', page)


def said(part: str) -> set[str]:
    """The sentences in a part of a page."""
    return {each for each in SENTENCES if each in part}


def make_trouble(api: ApiServer, sentence: str) -> None:
    """Make the trouble of which the sentence speaks."""
    if sentence in (NO_WORKER, NO_PROCESS):
        beat(api, "worker", 2 * MINUTE)
    if sentence in (NO_BEAT, NO_PROCESS):
        beat(api, "beat", 2 * MINUTE)
    if sentence == BLOCKED:
        set_connection(api, blocked_until=now(api) + MINUTE)
    if sentence == REFUSED:
        set_connection(api, refused_at=now(api) - MINUTE)
    if sentence in (PAUSED, OFF):
        set_settings(api, is_paused=sentence == PAUSED, is_enabled=sentence != OFF)
    if sentence == LATE:
        set_turn(api, now(api) + MINUTE)
    if sentence == SILENT:
        fail_syncs_since(api, now(api) - ACCOUNTS_INTERVAL - 5 * MINUTE)


def set_turn(api: ApiServer, at: datetime | None) -> None:
    """Let all posts be late ones with this turn, or on time."""
    with api.database.write() as session:
        values = {"status": "scheduled", "desired": "scheduled", "late_at": at}
        session.connection().execute(POST.update().values(**values))


def set_settings(api: ApiServer, **values: bool) -> None:
    """Set columns of the organizations' settings."""
    with api.database.write() as session:
        session.connection().execute(SETTINGS.update().values(**values))


def mend(api: ApiServer) -> None:
    """End all trouble."""
    set_settings(api, is_paused=False, is_enabled=True)
    set_turn(api, None)
    beat(api, "beat")
    beat(api, "worker")
    set_connection(api, refused_at=None, blocked_until=None, accounts_synced_at=now(api))


def follow_post(browser: BrowserClient, post_id: str) -> PagePoller:
    """Load a post's own page; returns the poller of its part."""
    page = browser.read(f"/posts/{post_id}", **HTML)
    address, tag = find_all(r'data-news="([^"]+)"', page), find_all(r'data-tag="([^"]+)"', page)
    return PagePoller(browser, address, f'"{tag}"')


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_page_says_what_keeps_posts_from_going_out(
    organization: OrganizationClient, browser: BrowserClient, sentence: str
) -> None:
    """In its head, until it is over: the week, the month, a day, a post, the form and the rules."""
    post_id = organization.posts()[0]["id"]
    today = now(organization.api).date()
    pages = (
        "/",
        "/?view=month",
        f"/?all={today}",
        f"/posts/{post_id}",
        "/compose",
        "/rules",
    )
    make_trouble(organization.api, sentence)
    assert [said(head(browser.read(page, **HTML))) for page in pages] == [{sentence}] * len(pages)
    mend(organization.api)
    assert [head(browser.read(page, **HTML)).strip() for page in pages] == [""] * len(pages)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_polling_shows_the_trouble_and_its_end(
    organization: OrganizationClient, browser: BrowserClient, sentence: str
) -> None:
    """The calendar and the post have another ETag with the trouble, and bring the sentence."""
    post_id = organization.posts()[0]["id"]
    for page in (follow_page(browser), follow_post(browser, post_id)):
        for change, expected in ((make_trouble, {sentence}), (mend, set())):
            assert page.poll() is None or page.poll() is None  # the minute may have changed
            if change is mend:
                mend(organization.api)
            else:
                make_trouble(organization.api, sentence)
            assert said(page.poll() or "nothing") == expected


def test_a_page_says_when_a_process_was_last_seen(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """In the organization's zone, and what to do; without any heartbeat, that none was seen."""
    organization.put_settings(defaultTimezone="Asia/Tokyo")
    beat(organization.api, "worker", 10 * MINUTE)
    text = head(browser.read())
    with organization.api.database.read() as session:
        listed = heartbeats.list_alive(session, clock.now(session) - 60 * MINUTE)
    (seen,) = (each.at for each in listed if each.kind == "worker")
    assert f'datetime="{seen:%Y-%m-%dT%H:%M:%SZ}"' in text
    assert f"{seen + timedelta(hours=9):%H:%M}</time>" in text
    assert "slotbeat up" in text
    forget_heartbeats(organization.api)
    assert "None was seen in the last day" in head(browser.read())


def test_the_first_seconds_of_the_pages_say_nothing_of_beat_and_worker(
    organization: OrganizationClient, browser: BrowserClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beat and worker may be starting at the same time; afterwards their absence is said."""
    forget_heartbeats(organization.api)
    monkeypatch.setattr(publishing_obstacles, "STARTUP_GRACE", 3600.0)
    assert head(browser.read()).strip() == ""
    monkeypatch.setattr(publishing_obstacles, "STARTUP_GRACE", 0.0)
    assert said(head(browser.read())) == {NO_PROCESS}


def test_an_organization_sees_the_state_of_its_own_connection(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """Its own credentials, once it has some, and not those of the environment."""
    make_trouble(organization.api, REFUSED)
    assert said(head(browser.read())) == {REFUSED}
    with organization.api.database.write() as session:
        values = {"id": "0" * 31 + "1", "provider": "simulator", "credentials": "encrypted"}
        session.connection().execute(
            CONNECTION.insert().values(organization_id=organization.id, **values)
        )
    assert said(head(browser.read())) == set()


def test_an_account_that_must_be_connected_again_is_named(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """With its network and its name, and the way to the accounts; the more important obstacle
    stands before it, and it is folded below."""
    add_own_connection(organization)
    sync_accounts(organization, ("x", "OK"), ("bluesky", "RECONNECT"))
    line = head(browser.read())
    assert "Bluesky <bdi>Page 1</bdi>" in line
    assert "Page 0" not in line
    assert 'href="/accounts"' in line
    make_trouble(organization.api, PAUSED)
    make_trouble(organization.api, NO_WORKER)
    line = head(browser.read())
    places = [line.index(each) for each in (NO_WORKER, "and 2 more", "Page 1", PAUSED)]
    assert places == sorted(places)


def test_pages_that_poll_nothing_else_ask_for_the_line(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """They get it when it has changed, and 304 otherwise; a browser that opens the address finds
    the calendar."""
    first = browser.http.get("/obstacles", headers=SCRIPT)
    assert (first.status_code, said(first.text)) == (200, set())
    make_trouble(organization.api, PAUSED)
    tag = {"If-None-Match": first.headers["etag"], **SCRIPT}
    answer = browser.http.get("/obstacles", headers=tag)
    assert said(answer.text) == {PAUSED}
    tag["If-None-Match"] = answer.headers["etag"]
    assert browser.http.get("/obstacles", headers=tag).status_code == 304
    assert browser.http.get("/obstacles", headers=HTML).status_code == 303
