"""The list of posts without a script: search, filters, pages, and changes of many posts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from models.statuses import PostStatus
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import in_the_future
from tests.integration.ui.browser_client import (
    HTML,
    SCRIPT,
    BrowserClient,
    find_all,
    open_signed_in_browser,
)
from ui.list import list_data


@pytest.fixture
def browser(organization: OrganizationClient) -> Iterator[BrowserClient]:
    """A browser that has signed in to the organization."""
    with open_signed_in_browser(organization) as browser:
        yield browser


def new(owner: OrganizationClient, caption: str, **fields: Any) -> str:  # noqa: ANN401
    """The id of a new post."""
    found: str = owner.publish(caption=caption, **fields)["socialPost"]["id"]
    return found


def shown(page: str) -> list[str]:
    """The words of the posts of a page, in their order."""
    return re.findall(r"data-panel dir=\"auto\">([^<]*)</a>", page)


def submit(browser: BrowserClient, **fields: object) -> str:
    """The page after the form of many posts."""
    data = {"csrf": browser.csrf(), **fields}
    headers = {"Origin": browser.origin, **HTML}
    answer = browser.http.post("/bulk", data=data, headers=headers)
    assert answer.status_code == 200, answer.text
    return browser.http.shorten(answer.text)


def statuses(owner: OrganizationClient) -> dict[str, str]:
    """The status of each post by its id."""
    return {post["id"]: post["status"] for post in owner.posts()}


def test_posts_are_found_by_words_and_filters_of_the_address(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """Search and filters are in the address, counted, and each can be taken off; the calendar takes
    the same ones."""
    owner = organization
    year = in_the_future(days=400)[:4]
    when = {"scheduledAt": f"{year}-05-04T10:00:00Z"}
    new(owner, "Slow coffee", labels=["Autumn & more"], platforms=["x"], **when)
    new(owner, "Fast coffee", platforms=["facebook"], **when)
    assert shown(browser.read("/list")) == ["Fast coffee", "Slow coffee"]
    assert shown(browser.read("/list?q=COFFEE+slow")) == ["Slow coffee"]
    page = browser.read("/list?q=coffee&network=x&label=autumn+%26+MORE&status=scheduled")
    assert shown(page) == ["Slow coffee"]
    assert 'class="count">3<' in page
    assert 'value="coffee"' in page
    assert "/list?q=coffee&amp;network=x&amp;label=autumn+%26+MORE" in page  # without the status
    assert 'name="label" value="Autumn &amp; more" checked' in page
    assert "No post matches" in browser.read("/list?q=tea")
    week = browser.read(f"/?date={year}-05-04&network=facebook&q=coffee")
    assert shown(week) == ["Fast coffee"]
    month = browser.read(f"/?view=month&date={year}-05-04&label=autumn+%26+more")
    assert "Slow coffee" in month
    assert "Fast coffee" not in month
    assert f"/?view=month&amp;date={year}-05-01&amp;label=autumn" not in month
    assert "label=autumn+%26+more" in find_all(r'rel="next" href="([^"]+)"', month)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("network=myspace", "network"),
        ("status=sleeping", "status"),
        ("type=story", "type"),
        ("sort=size", "sort"),
        ("after=nonsense", "cursor"),
        ("q=" + "a" * 201, "q"),
    ],
)
def test_a_wrong_address_names_what_is_wrong(
    organization: OrganizationClient, query: str, field: str
) -> None:
    """The error names the parameter."""
    with open_signed_in_browser(organization) as browser:
        answer = browser.http.get(f"/list?{query}")
        assert set(expect_error(answer, 400, "INVALID_INPUT")) == {field}


def test_a_long_list_has_pages(
    organization: OrganizationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each post is on one page, in both orders; links keep the filters."""
    monkeypatch.setattr(list_data, "PAGE_SIZE", 2)
    for number in range(5):
        new(organization, f"Post {number}", scheduledAt=in_the_future(days=number + 1))
    new(organization, "Other", scheduledAt=in_the_future(days=9))
    with open_signed_in_browser(organization) as browser:
        path, found = "/list?q=post&sort=date", list[str]()
        while path:
            page = browser.read(path)
            found += shown(page)
            path = "".join(re.findall(r'rel="next" href="([^"]+)"', page)).replace("&amp;", "&")
        assert found == [f"Post {number}" for number in range(5)]
        assert shown(browser.read("/list?q=post")) == ["Post 4", "Post 3"]


def test_many_posts_get_a_label_and_lose_it_again(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """The answer says what was done and what was not, with the words of the post; undo takes the
    label off only where it was added."""
    owner = organization
    had, without = new(owner, "Had it", labels=["Sale"]), new(owner, "Without")
    neighbour = owner.api.create_organization("Another")
    theirs = new(neighbour, "Theirs")
    page = submit(
        browser, ids=[had, without, theirs], action="add_label", label="sale", back="/list?q=a"
    )
    assert "2 posts labelled “sale”. 1 post could not be." in page
    assert "there is no such post" in page
    assert "Theirs" not in page
    assert 'href="/list?q=a"' in page
    undo = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert undo["ids"] == without
    submit(browser, **{name: undo[name] for name in ("ids", "action", "label", "back")})
    labels = {post["id"]: post.get("labels") for post in owner.posts()}
    assert labels == {had: ["Sale"], without: None}


def test_a_removal_is_asked_about_first(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """The first answer shows the posts and changes nothing; the second one removes them."""
    owner = organization
    ids = [new(owner, caption) for caption in ("One", "Two")]
    page = submit(browser, ids=ids, action="remove")
    assert "Remove 2 posts?" in page
    assert set(statuses(owner).values()) == {PostStatus.BACKLOG}
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    assert fields["ids"] == ",".join(ids)
    page = submit(browser, ids=fields["ids"], confirmed="yes", action="remove")
    assert "2 posts removed." in page
    assert set(statuses(owner).values()) == {PostStatus.CANCELLED}


def test_what_is_missing_in_the_form_is_named(
    organization: OrganizationClient, browser: BrowserClient
) -> None:
    """No post, no action, no label or no number: a sentence for people; an address of another site
    is no way back."""
    post = new(organization, "Here")
    cases = [
        ({"action": "approve"}, "Choose at least one post."),
        ({"ids": post}, "Choose what is to be done"),
        ({"ids": post, "action": "add_label"}, "is required"),
        ({"ids": post, "action": "move_days", "days": "some"}, "must be a number of days"),
        ({"ids": post, "action": "paint"}, "must be"),
    ]
    for fields, sentence in cases:
        data = {"csrf": browser.csrf(), "back": "//example.org", **fields}
        headers = {"Origin": browser.origin, **HTML}
        answer = browser.http.post("/bulk", data=data, headers=headers)
        assert answer.status_code == 400
        assert sentence.lower() in answer.text.lower()
        assert "example.org" not in answer.text


def test_the_script_gets_the_part_that_changes(organization: OrganizationClient) -> None:
    """The list and the message of a change of many posts have no frame then."""
    post = new(organization, "A part")
    with open_signed_in_browser(organization) as browser:
        for answer in (
            browser.http.get("/list", headers=SCRIPT),
            browser.http.post(
                "/bulk",
                data={"ids": post, "action": "move_days", "days": "1"},
                headers={"Origin": browser.origin, "X-CSRF-Token": browser.csrf(), **SCRIPT},
            ),
        ):
            assert answer.status_code == 200
            assert "A part" in answer.text
            assert "<html" not in answer.text
