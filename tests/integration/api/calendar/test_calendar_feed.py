"""The feed for calendar programs: its secret address, and what it answers."""

import logging
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from icalendar import Calendar
from sqlalchemy import update

from config.logging_setup import redact_access_log
from models.tables import POST
from services.public_urls import API_PREFIX
from tests.integration.api.posts.test_stored_posts import stored
from tests.integration.live_server import OrganizationClient, expect_error, run_api
from tests.integration.local_times import current_minute, in_the_future
from tests.wait import wait_until

WILD = "Line one\r\nEND:VCALENDAR\x07\x1b 🏳️‍🌈; a, b"


def make(owner: OrganizationClient) -> str:
    """The path of a new feed, with its token."""
    answer = owner.call("POST", "/calendar/feed")
    assert (answer.status_code, set(answer.json())) == (200, {"url"}), answer.text
    url: str = answer.json()["url"]
    return url


def fetch(owner: OrganizationClient, url: str, **headers: str) -> httpx.Response:
    """The response to a calendar program, which has no key."""
    return owner.api.http.get(url, headers=headers)


def events(owner: OrganizationClient, url: str) -> dict[str, Any]:
    """The feed's events by their ids."""
    answer = fetch(owner, url)
    assert answer.status_code == 200, answer.text
    return {str(event["UID"]): event for event in Calendar.from_ical(answer.content).events}


def test_the_feed_shows_the_posts_without_a_key(any_organization: OrganizationClient) -> None:
    """Each post with an instant is an event; a removed post is a cancelled event; posts of others
    are not in it. The response is private and has the right type."""
    owner = any_organization
    one, gone = (
        owner.publish(caption=caption, scheduledAt=in_the_future(days=2))["socialPost"]["id"]
        for caption in (WILD, "Gone")
    )
    owner.publish(caption="has no instant yet")
    owner.api.create_organization("Another").publish(scheduledAt=in_the_future(days=2))
    with owner.api.database.write() as session:
        session.connection().execute(
            update(POST).where(POST.c.id == gone).values(status="cancelled")
        )
    found = events(owner, url := make(owner))
    assert set(found) == {f"{one}@slotbeat", f"{gone}@slotbeat"}
    shown = found[f"{one}@slotbeat"]
    assert shown["SUMMARY"] == "Line one END:VCALENDAR 🏳️‍🌈; a, b (x)"
    assert shown["STATUS"] == "CONFIRMED"
    assert found[f"{gone}@slotbeat"]["STATUS"] == "CANCELLED"
    headers = fetch(owner, url).headers
    assert headers["content-type"] == "text/calendar; charset=utf-8"
    assert headers["cache-control"].startswith("private")


def test_posts_far_away_are_not_in_the_feed(any_organization: OrganizationClient) -> None:
    """From 30 days back to a year ahead."""
    owner = any_organization
    days = {"old": -31, "recent": -29, "soon": 300, "far": 370}
    ids = {}
    for name, ahead in days.items():
        ids[name] = owner.publish(caption=name, scheduledAt=in_the_future(days=1))["socialPost"][
            "id"
        ]
        with owner.api.database.write() as session:
            at = update(POST).where(POST.c.id == ids[name])
            slot = current_minute() + timedelta(days=ahead)
            session.connection().execute(at.values(scheduled_for=slot))
    found = {event["SUMMARY"] for event in events(owner, make(owner)).values()}
    assert found == {"recent (x)", "soon (x)"}


def test_an_unchanged_feed_is_not_sent_again(any_organization: OrganizationClient) -> None:
    """Its ETag is answered with 304 until something changes."""
    owner = any_organization
    post = owner.publish(scheduledAt=in_the_future(days=2))["socialPost"]["id"]
    tag = fetch(owner, url := make(owner)).headers["etag"]
    for asked in (tag, f'"other", W/{tag}'):
        again = fetch(owner, url, **{"If-None-Match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    owner.call("POST", "/edit", json={"postId": post, "caption": "New words"}).raise_for_status()
    changed = fetch(owner, url, **{"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_a_program_learns_of_a_move_and_a_removal(any_organization: OrganizationClient) -> None:
    """A moved post has a higher SEQUENCE and its new time, a removed one is CANCELLED with a higher
    one; a second reading without a change has the same. The answer has the date of the last
    change."""
    owner = any_organization
    ids = [owner.publish(scheduledAt=in_the_future(days=2))["socialPost"]["id"] for _ in range(2)]
    before = events(owner, url := make(owner))
    assert events(owner, url) == before
    moved = {"postId": ids[0], "mode": "schedule", "scheduledAt": in_the_future(days=4)}
    owner.call("POST", "/edit", json=moved).raise_for_status()
    owner.call("POST", "/remove", json={"postId": ids[1]}).raise_for_status()
    after = events(owner, url)
    assert set(after) == set(before) == {f"{id_}@slotbeat" for id_ in ids}
    for uid, event in after.items():
        assert event["SEQUENCE"] > before[uid]["SEQUENCE"]
        assert event["DTSTAMP"].dt >= before[uid]["DTSTAMP"].dt
    one, two = (after[f"{id_}@slotbeat"] for id_ in ids)
    assert one["DTSTART"].dt > before[one["UID"]]["DTSTART"].dt
    assert (one["STATUS"], two["STATUS"]) == ("CONFIRMED", "CANCELLED")
    date = parsedate_to_datetime(fetch(owner, url).headers["last-modified"])
    assert date == max(one["LAST-MODIFIED"].dt, two["LAST-MODIFIED"].dt)


def test_a_date_alone_does_not_prove_that_nothing_changed(
    any_organization: OrganizationClient,
) -> None:
    """A post that left the feed leaves no later date, so only the ETag is answered with 304; HEAD
    answers as GET does."""
    owner = any_organization
    owner.publish(scheduledAt=in_the_future(days=2))
    first = fetch(owner, url := make(owner))
    asked = {"If-Modified-Since": first.headers["last-modified"]}
    assert fetch(owner, url, **asked).status_code == 200
    asked["If-None-Match"] = first.headers["etag"]
    assert fetch(owner, url, **asked).status_code == 304
    head = owner.api.http.head(url)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("etag", "last-modified", "cache-control", "content-type"):
        assert head.headers[name] == first.headers[name]


def test_a_new_address_ends_the_one_before(any_organization: OrganizationClient) -> None:
    """After a renewal the old one is 404, and after a removal the new one is; a second removal
    changes nothing. Another organization's feed goes on."""
    owner = any_organization
    other = owner.api.create_organization("Another")
    theirs = make(other)
    old, new = make(owner), make(owner)
    assert old != new
    assert fetch(owner, new).status_code == 200
    assert expect_error(fetch(owner, old), 404, "NOT_FOUND") == {}
    for _ in range(2):
        assert owner.call("DELETE", "/calendar/feed").json() == {"ok": True}
    assert expect_error(fetch(owner, new), 404, "NOT_FOUND") == {}
    assert fetch(owner, theirs).status_code == 200


@pytest.mark.parametrize("query", ["", "?token=", "?token=sbf_guess", "?token=%C4%85", "?token=a"])
def test_a_wrong_token_opens_nothing(any_organization: OrganizationClient, query: str) -> None:
    """404 in the shape of every error, whether or not a feed exists; an API key does not help."""
    make(any_organization)
    answer = any_organization.call("GET", f"/calendar.ics{query}")
    assert expect_error(answer, 404, "NOT_FOUND") == {}


def test_only_the_tokens_hash_is_stored(any_organization: OrganizationClient) -> None:
    """No row holds the token."""
    token = make(any_organization).partition("token=")[2]
    assert len(token) > 40
    assert token not in stored(any_organization.api.database)
    assert token[4:] not in stored(any_organization.api.database)


def test_the_access_log_does_not_hold_the_token(
    sqlite_api: Any,  # noqa: ANN401
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The web server logs the path of the request, without the token."""
    redact_access_log()
    owner = sqlite_api.create_organization()
    url = make(owner)

    def lines() -> list[str]:
        return [r.getMessage() for r in caplog.records if r.name.startswith("uvicorn")]

    with caplog.at_level(logging.DEBUG):
        assert fetch(owner, url).status_code == 200
        # The server may answer before it logs.
        wait_until(lambda: any("/calendar.ics?" in line for line in lines()), what="the log line")
    assert any("/calendar.ics?token=…" in line for line in lines())
    assert not any(url.partition("token=")[2] in line for line in lines())


def test_the_address_is_whole_where_ours_is_known(tmp_path: Path) -> None:
    """With a public URL the feed's URL begins with it; without one it is a path."""
    database = f"sqlite:///{tmp_path / 'slotbeat.db'}"
    with run_api(database, public_url="https://slotbeat.example.com/base/") as api:
        url = make(owner := api.create_organization())
        assert url.startswith(f"https://slotbeat.example.com/base{API_PREFIX}/calendar.ics?token=")
        parts = urlsplit(url)
        path = f"{parts.path.removeprefix('/base')}?{parts.query}"
        assert fetch(owner, path).status_code == 200
