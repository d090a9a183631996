"""Answers that grow with the posts: lists are read in batches, the calendar and the feed are
bounded."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from api.routes import calendar
from models.store.posts import post_queries
from services.calendar import calendar_view
from services.calendar.icalendar_feed import render_feed
from services.posts import list_posts
from tests.integration.live_server import OrganizationClient, expect_error, run_api

COUNT = 7
DAY = {"from": "2031-03-03", "to": "2031-03-03"}


def schedule_posts(owner: OrganizationClient, count: int) -> None:
    """Posts at noon of one day."""
    for number in range(count):
        at = f"2031-03-03T12:{number:02}:00Z"
        owner.publish(publishMode="schedule", scheduledAt=at, caption=f"Post {number}")


def test_a_whole_list_is_read_in_batches(
    organization: OrganizationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All posts come, in order, and never more than a batch is in memory."""
    schedule_posts(organization, COUNT)
    sizes: list[int] = []
    read = post_queries.list_page

    def count_rows(*arguments: Any) -> Any:  # noqa: ANN401
        rows = read(*arguments)
        sizes.append(len(rows))
        return rows

    monkeypatch.setattr(list_posts, "BATCH", 3)
    monkeypatch.setattr(post_queries, "list_page", count_rows)
    found = organization.call("GET", "/posts")
    assert [each["caption"] for each in found.json()["posts"]] == [
        f"Post {number}" for number in reversed(range(COUNT))
    ]
    assert sizes == [3, 3, 1]
    assert int(found.headers["Content-Length"]) == len(found.content)
    assert found.headers["Content-Type"] == "application/json"
    assert found.json()["posts"] == organization.get("/posts", limit="100")["posts"]


def test_the_calendar_has_a_number_of_posts(
    organization: OrganizationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A range with more posts than that is refused by its field, and says what to do."""
    schedule_posts(organization, 3)
    monkeypatch.setattr(calendar_view, "MAX_POSTS", 3)
    assert len(organization.get("/calendar", **DAY)["posts"]) == 3
    monkeypatch.setattr(calendar_view, "MAX_POSTS", 2)
    problems = expect_error(organization.call("GET", "/calendar", params=DAY), 400, "INVALID_INPUT")
    assert problems == {"to": "from and to hold more than 2 posts; ask for less"}


def test_an_unchanged_feed_is_built_once(
    organization: OrganizationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two readers of one state get the same text, which was built once; a change builds it anew."""
    built: list[str] = []

    def count_builds(*arguments: Any) -> bytes:  # noqa: ANN401
        built.append("feed")
        return render_feed(*arguments)

    monkeypatch.setattr(calendar, "render_feed", count_builds)
    organization.publish(publishMode="draft", scheduledAt="2027-01-04T12:00:00Z")
    url = organization.call("POST", "/calendar/feed").json()["url"]
    get = organization.api.http.get
    first, second = get(url), get(url)
    assert first.content == second.content
    assert built == ["feed"]
    assert get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    organization.publish(publishMode="draft", scheduledAt="2027-01-05T12:00:00Z")
    assert get(url).content != first.content
    assert built == ["feed"] * 2


def test_the_feed_counts_as_requests_of_its_organization(
    tmp_path: Path, sqlite_template: Path
) -> None:
    """Reading the feed uses up the organization's rate, and no other's."""
    path = shutil.copy(sqlite_template, tmp_path / "slotbeat.db")
    with run_api(f"sqlite:///{path}", rate_limit=5) as api:
        owner, other = api.create_organization(), api.create_organization()
        url = owner.call("POST", "/calendar/feed").json()["url"]
        statuses = [api.http.get(url).status_code for _ in range(5)]
        assert statuses == [200] * 4 + [429]
        assert owner.call("GET", "/settings").status_code == 429
        assert other.call("GET", "/settings").status_code == 200


def test_the_place_of_a_dear_answer_is_given_back(organization: OrganizationClient) -> None:
    """After more lists than there are places, one after the other, the next is answered."""
    for _ in range(5):
        assert organization.posts() == []
    assert organization.call("GET", "/calendar").status_code == 200
