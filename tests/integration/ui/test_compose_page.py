"""The form that publishes: one post however often it is sent, and nothing typed is lost."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlmodel import select

from models.stored_files import StoredFile
from tests.integration.account_factories import add_own_connection, sync_accounts
from tests.integration.api.posts.test_move_post import MONDAY, mondays
from tests.integration.live_server import OrganizationClient
from tests.integration.ui.browser_client import (
    HTML,
    BrowserClient,
    find_all,
    open_signed_in_browser,
    page_of,
)
from tests.sample_files import JPEG

TEXT = {"postType": "text", "caption": "Fresh at 8", "platforms": "x", "publishMode": "next_slot"}
File = tuple[str, bytes, str]


def form(browser: BrowserClient) -> dict[str, str]:
    """The hidden fields of a form that was just loaded."""
    return hidden(browser.read("/compose", **HTML))


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form on a page."""
    part = find_all(r'(<form method="post" action="[^"]*/compose".*)', page)
    return {name: find_all(rf'name="{name}" value="([^"]+)"', part) for name in ("csrf", "once")}


def send(browser: BrowserClient, fields: dict[str, Any], *files: File) -> httpx.Response:
    """The answer to a form with these fields and files."""
    parts: list[tuple[str, Any]] = []
    for name, value in fields.items():
        values = value if isinstance(value, list) else [value]
        parts += [(name, (None, each)) for each in values]
    parts += [("files", each) for each in files]
    headers = {"Origin": browser.origin, **HTML}
    return browser.http.post("/compose", files=parts, headers=headers)


def kept(page: str) -> list[str]:
    """The ids of the files that were uploaded with an earlier submission."""
    return re.findall(r'name="kept" value="([^"]+)"', page)


def stored(organization: OrganizationClient) -> list[StoredFile]:
    """The organization's files."""
    mine = select(StoredFile).where(StoredFile.organization_id == organization.id)
    with organization.api.database.read() as session:
        return list(session.exec(mine))


def test_a_post_goes_into_the_slot_that_the_form_named(
    any_organization: OrganizationClient,
) -> None:
    """The redirect leads to the calendar at its date, with the post in the panel and a message."""
    any_organization.put_settings(queueSlots=[MONDAY], defaultPlatforms=["x"])
    (slot,) = mondays(1)
    with open_signed_in_browser(any_organization) as browser:
        page = browser.read("/compose", **HTML)
        assert re.search(r"Add to the queue: Mon \d+ \w+( \d{4})?, 10:00<", page)
        assert re.search(r'value="x" data-platform="x" checked', page)
        answer = send(browser, {**hidden(page), **TEXT, "caption": "Fresh\r\nat 8"})
        (post,) = any_organization.posts()
        address = f"/?date={slot[:10]}&post={post['id']}&done=publish"
        assert (answer.status_code, page_of(answer.headers["location"])) == (303, address)
        assert "The post is accepted." in browser.read(address, **HTML)
    assert (post["caption"], post["scheduledFor"]) == ("Fresh\nat 8", slot)


@pytest.mark.parametrize(
    ("mode", "status"),
    [("publish_now", "publishing"), ("schedule", "scheduled"), ("draft", "draft")],
)
def test_each_mode_is_the_apis(organization: OrganizationClient, mode: str, status: str) -> None:
    """Now, at a local time of the organization's zone, or as a draft."""
    organization.put_settings(defaultTimezone="Asia/Tokyo")
    with open_signed_in_browser(organization) as browser:
        sent = {**form(browser), **TEXT, "publishMode": mode}
        if mode != "publish_now":
            sent["scheduledAt"] = "2031-05-01T10:00"
        assert send(browser, sent).status_code == 303
    (post,) = organization.posts()
    at = None if mode == "publish_now" else "2031-05-01T01:00:00.000Z"
    assert (post["status"], post["scheduledFor"]) == (status, at)


@pytest.mark.parametrize("mode", ["publish_now", "next_slot"])
def test_a_date_that_was_typed_is_never_dropped(
    any_organization: OrganizationClient, mode: str
) -> None:
    """With a choice that takes no date the form is refused, beside all else that is wrong; nothing
    is published, and what was typed stays."""
    typed = {"publishMode": mode, "scheduledAt": "2031-12-25T08:00", "links": "https://a.example/1"}
    with open_signed_in_browser(any_organization) as browser:
        answer = send(browser, {**form(browser), **TEXT, **typed})
        assert answer.status_code == 400
        assert 'value="2031-12-25T08:00" aria-invalid="true"' in answer.text
        assert "choose one of them, or clear the date" in answer.text
        assert "do not go with a text post" in answer.text
        assert "Schedule for <span data-date>Thu 25 Dec 2031, 08:00</span>" in answer.text
        assert any_organization.posts() == []
        mended = {**hidden(answer.text), **TEXT, "publishMode": "schedule"}
        sent = send(browser, {**mended, "scheduledAt": "2031-12-25T08:00"})
        assert sent.status_code == 303
    (post,) = any_organization.posts()
    assert post["status"] == "scheduled"


@pytest.mark.parametrize("text", ["2031-12-25", "tomorrow", "25.12.2031 08:00", "2031-12-25T25:00"])
@pytest.mark.parametrize("mode", ["schedule", "draft", "publish_now", "next_slot"])
def test_no_text_in_the_date_field_is_taken_for_an_empty_one(
    any_organization: OrganizationClient, mode: str, text: str
) -> None:
    """Programs send any text: whatever the choice, a text that is no date and time is refused."""
    with open_signed_in_browser(any_organization) as browser:
        sent = {**form(browser), **TEXT, "publishMode": mode, "scheduledAt": text}
        answer = send(browser, sent)
    assert answer.status_code == 400
    assert 'id="problem-scheduledAt"' in answer.text
    assert any_organization.posts() == []


def test_the_button_says_what_each_choice_does(any_organization: OrganizationClient) -> None:
    """When the next slot is; that a queue without free slots, or a paused one, only takes the post;
    and that a person approves first, where the organization has it so."""
    with open_signed_in_browser(any_organization) as browser:
        page = browser.read("/compose", **HTML)
        assert "(none is free: the post would wait for one)" in page
        assert 'data-mode="next_slot">Add to the queue</span>' in page
        assert "Schedule for <span data-date>the date above</span>" in page
        assert "(after approval)" not in page
        any_organization.put_settings(queueSlots=[MONDAY], approveApiPosts=True)
        page = browser.read("/compose", **HTML)
        assert re.search(r"Next free slot: <time>Mon \d+ \w+( \d{4})?, 10:00<", page)
        assert "(after approval)" in page


def test_a_form_sent_twice_is_one_post(any_organization: OrganizationClient) -> None:
    """Also at once, and with its files; changed and sent again it is another."""
    photo = {**TEXT, "postType": "photo"}
    with open_signed_in_browser(any_organization) as browser:
        fields = form(browser)

        def publish(_: int) -> str:
            answer = send(browser, {**fields, **photo}, ("a.jpg", JPEG, "image/jpeg"))
            return str(answer.headers["location"])

        with ThreadPoolExecutor(3) as pool:
            assert len(set(pool.map(publish, range(3)))) == 1
        assert len(any_organization.posts()) == 1
        changed = {**fields, **photo, "caption": "Fresh at 9"}
        assert send(browser, changed, ("a.jpg", JPEG, "image/jpeg")).status_code == 303
    assert len(any_organization.posts()) == 2


def test_all_that_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    any_organization: OrganizationClient,
) -> None:
    """A summary with links to the fields; good files stay uploaded, and the corrected form makes
    the post."""
    wrong = {
        "postType": "photo", "caption": "<b>&", "platforms": ["x", "youtube"],
        "publishMode": "schedule", "scheduledAt": "2020-01-01T10:00",
        "links": "https://cdn.example.com/2.jpg", "option:youtubeTitle": "<i>",
    }  # fmt: skip
    good, bad = ("a.jpg", JPEG, "image/jpeg"), ("b.txt", b"words", "text/plain")
    with open_signed_in_browser(any_organization) as browser:
        answer = send(browser, {**form(browser), **wrong}, good, bad)
        page = answer.text
        assert answer.status_code == 400
        summary = re.findall(
            r'<li><a href="#([\w-]+)">', find_all(r'id="problems">(.*?)</div>', page)
        )
        assert {"pub-at", "pub-files"} < set(summary)
        for name in summary:
            assert f'id="{name}"' in page
        assert "b.txt is text" in find_all(r'id="problem-files">(.*?)</p>', page)
        assert 'value="2020-01-01T10:00" aria-invalid="true"' in page
        assert "&lt;b&gt;&amp;</textarea>" in page
        assert "https://cdn.example.com/2.jpg\n</textarea>" in page
        assert 'value="&lt;i&gt;"' in page
        assert re.search(r'value="youtube" data-platform="youtube" checked', page)
        assert any_organization.posts() == []
        corrected = {
            **hidden(page), **wrong, "platforms": "x", "scheduledAt": "2031-01-01T10:00",
            "kept": kept(page), "option:youtubeTitle": "",
        }  # fmt: skip
        assert send(browser, corrected).status_code == 303
    (post,) = any_organization.posts()
    (file,) = stored(any_organization)
    assert post["previewUrl"].endswith(file.id)


def test_accounts_can_be_chosen(organization: OrganizationClient) -> None:
    """By their names, where a network has several; without a network, the post goes to just these.
    A network with one account is that account."""
    add_own_connection(organization)
    pages = ("x", "OK"), ("facebook", "OK"), ("facebook", "OK")
    account = sync_accounts(organization, *pages)[1].id
    with open_signed_in_browser(organization) as browser:
        page = browser.read("/compose", **HTML)
        assert f'name="accountIds" value="{account}" data-platform="facebook"' in page
        assert 'name="platforms" value="facebook"' not in page
        assert re.search(r'name="platforms" value="x".*?X <span class="chip-account">Page 0', page)
        sent = {**hidden(page), **TEXT, "accountIds": account}
        del sent["platforms"]
        assert send(browser, sent).status_code == 303
    (delivery,) = organization.posts()[0]["providerPlatforms"]
    assert (delivery["platform"], delivery["accountId"]) == ("facebook", account)


def test_no_network_ticked_is_none(organization: OrganizationClient) -> None:
    """The visitor has cleared the boxes of the default networks."""
    organization.put_settings(defaultPlatforms=["x"])
    with open_signed_in_browser(organization) as browser:
        sent = {**form(browser), **TEXT}
        del sent["platforms"]
        answer = send(browser, sent)
    assert answer.status_code == 400
    assert "name at least one" in find_all(r'id="problem-platforms">(.*?)</p>', answer.text)
    assert organization.posts() == []


def test_files_and_accounts_of_others_are_refused(any_organization: OrganizationClient) -> None:
    """By id and by link."""
    other = any_organization.api.create_organization()
    add_own_connection(other)
    account = sync_accounts(other, ("x", "OK"))[0].id
    kind = {"Content-Type": "image/jpeg"}
    media = other.call("POST", "/media", content=JPEG, headers=kind).json()["media"]
    photo = {**TEXT, "postType": "photo"}
    with open_signed_in_browser(any_organization) as browser:
        tries = ({"kept": media["id"]}, {"links": media["url"]}, {"accountIds": account})
        for each in tries:
            answer = send(browser, {**form(browser), **photo, **each})
            assert answer.status_code == 400
            assert kept(answer.text) == []
    assert any_organization.posts() == []


def test_no_file_is_taken_from_a_form_that_is_not_the_sessions(
    organization: OrganizationClient,
) -> None:
    """The token comes before the files, and is checked first."""
    with open_signed_in_browser(organization) as browser:
        for token in ({}, {"csrf": "0" * 32}):
            fields = {**TEXT, "postType": "photo", "once": "1", **token}
            answer = send(browser, fields, ("a.jpg", JPEG, "image/jpeg"))
            assert answer.status_code == 403
    assert stored(organization) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"caption": "x" * (1 << 20)}, 413),
        ({"caption": "a\x00b"}, 400),
        ({"caption": b"\xff"}, 400),
        ({"postType": "poem"}, 400),
        ({"postType": "video", "links": "https://a.example/1.mp4\nhttps://a.example/2.mp4"}, 400),
        ({"links": "https://a.example/1.mp4"}, 400),
        ({"option:nonsense": "1"}, 400),
        ({"publishMode": "some day"}, 400),
    ],
)
def test_an_invalid_form_makes_no_post(
    organization: OrganizationClient, fields: dict[str, Any], status: int
) -> None:
    """Whatever was sent, the page says what is wrong."""
    with open_signed_in_browser(organization) as browser:
        answer = send(browser, {**form(browser), **TEXT, **fields})
    assert answer.status_code == status, answer.text
    assert 'class="problem"' in answer.text or "Error" in answer.text
    assert organization.posts() == []


def test_a_body_that_is_no_such_form_is_refused(organization: OrganizationClient) -> None:
    """Another media type, and a body that is cut short."""
    with open_signed_in_browser(organization) as browser:
        headers = {"Origin": browser.origin, "X-CSRF-Token": browser.csrf()}
        answer = browser.http.post("/compose", data=TEXT, headers=headers)
        assert answer.status_code == 415
        cut = {**headers, "Content-Type": "multipart/form-data; boundary=b"}
        answer = browser.http.post("/compose", content=b"--b\r\nContent-", headers=cut)
        assert answer.status_code == 400


def test_nothing_is_accepted_while_posting_is_switched_off(
    organization: OrganizationClient,
) -> None:
    """A sentence says so, before and after."""
    organization.put_settings(isEnabled=False)
    with open_signed_in_browser(organization) as browser:
        assert "switched off" in browser.read("/compose", **HTML)
        answer = send(browser, {**form(browser), **TEXT})
    assert answer.status_code == 403
    assert "Social posting is switched off" in answer.text
    assert organization.posts() == []
