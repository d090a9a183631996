"""GET calendar: slots with their seats, posts, clock changes and blackouts."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from models.store.queue import queue_slots
from models.tables import FIRING, POST, SEAT
from tests.integration.api.posts.test_stored_posts import FIELDS
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import (
    NEXT_YEAR,
    current_minute,
    format_instant,
    in_the_future,
    nth_sunday,
    weekly_instants,
)

BERLIN = "Europe/Berlin"
MONDAY = {"dayOfWeek": 1, "time": "10:00"}
MAY = {"from": f"{NEXT_YEAR}-05-01", "to": f"{NEXT_YEAR}-05-31"}
DAY = timedelta(days=1)


def calendar(owner: OrganizationClient, **query: str) -> Any:  # noqa: ANN401
    """The answer for a time range."""
    return owner.get("/calendar", **query)


def around(instant: str, days: int = 1) -> dict[str, str]:
    """A range of so many days before and after an instant."""
    at = datetime.fromisoformat(instant)
    return {"from": format_instant(at - days * DAY), "to": format_instant(at + days * DAY)}


def published(owner: OrganizationClient, **fields: Any) -> str:  # noqa: ANN401
    """The id of a new post."""
    found: str = owner.publish(**fields)["socialPost"]["id"]
    return found


def test_a_slot_tells_its_seats_and_who_has_them(any_organization: OrganizationClient) -> None:
    """Two seats, one taken: the slot has its local time, its rule and the post's id. The list has
    the post as in GET posts, and another one that has no slot."""
    owner = any_organization
    owner.put_settings(queueSlots=[MONDAY], defaultTimezone="America/New_York", maxPostsPerSlot=2)
    (at,) = weekly_instants(1, "10:00", "America/New_York", 1)
    seated = published(owner)
    own_time = published(owner, scheduledAt=at)
    found = calendar(owner, **around(at))
    assert found["slots"] == [
        {
            "at": at,
            "local": f"{at[:10]}T10:00:00",
            "timezone": "America/New_York",
            "queueSlot": MONDAY,
            "seats": {"total": 2, "taken": 1, "free": 1},
            "posts": [seated],
            "note": None,
        }
    ]
    assert [post["id"] for post in found["posts"]] == [seated, own_time]
    assert set(found["posts"][0]) >= FIELDS
    assert found["posts"][0] in owner.posts()
    assert (found["backlog"], found["isPaused"], found["clockChanges"]) == (0, False, [])


def test_this_week_is_shown_where_nothing_is_asked(any_organization: OrganizationClient) -> None:
    """Sunday to Saturday of the organization's clock; an organization without anything is empty."""
    found = calendar(any_organization)
    today = current_minute().date()
    begin = datetime.combine(today - timedelta(days=today.isoweekday() % 7), time(), UTC)
    assert (found["from"], found["to"]) == (format_instant(begin), format_instant(begin + 7 * DAY))
    assert found["timezone"] == "UTC"
    assert [found[name] for name in ("slots", "posts", "backlog", "blackouts")] == [[], [], 0, []]


def test_dates_are_those_of_the_zone(any_organization: OrganizationClient) -> None:
    """`to` is included; the requested zone decides the dates, and rules keep their own zone."""
    rules = [{**MONDAY, "timezone": BERLIN}]
    any_organization.put_settings(queueSlots=rules, defaultTimezone="Asia/Tokyo")
    found = calendar(any_organization, **MAY)
    assert (found["timezone"], found["from"]) == ("Asia/Tokyo", f"{NEXT_YEAR}-04-30T15:00:00.000Z")
    assert found["to"] == f"{NEXT_YEAR}-05-31T15:00:00.000Z"
    other = calendar(any_organization, **MAY, timezone="America/New_York")
    assert other["from"] == f"{NEXT_YEAR}-05-01T04:00:00.000Z"
    assert {slot["timezone"] for slot in other["slots"]} == {BERLIN}
    assert len(other["slots"]) in {4, 5}


def test_clock_changes_are_told_and_slots_in_them_noted(
    any_organization: OrganizationClient,
) -> None:
    """A slot in the gap and one in the overlap have a note; the change has a sentence."""
    rules = [{"dayOfWeek": 0, "time": "02:30"}]
    any_organization.put_settings(queueSlots=rules, defaultTimezone=BERLIN)
    spring, autumn = (
        max(
            nth_sunday(month, number)
            for number in (4, 5)
            if nth_sunday(month, number).month == month
        )
        for month in (3, 10)
    )
    found = calendar(any_organization, **{"from": f"{spring}", "to": f"{spring}"})
    assert found["clockChanges"] == [
        {
            "at": f"{spring}T01:00:00.000Z",
            "timezone": BERLIN,
            "from": "+01:00",
            "to": "+02:00",
            "note": f"In {BERLIN} the clocks go forward from 02:00 to 03:00: "
            "readings from 02:00 to just before 03:00 do not exist.",
        }
    ]
    (slot,) = found["slots"]
    assert (slot["note"], slot["local"]) == ("gap", f"{spring}T02:30:00")
    assert slot["at"] == f"{spring}T01:30:00.000Z"
    found = calendar(any_organization, **{"from": f"{autumn}", "to": f"{autumn}"})
    (change,), (slot,) = found["clockChanges"], found["slots"]
    assert (
        "back from 03:00 to 02:00: readings from 02:00 to just before 03:00 come twice"
        in (change["note"])
    )
    assert (change["from"], change["to"], slot["note"]) == ("+02:00", "+01:00", "overlap")


def test_blackouts_have_no_slots_and_are_shown(any_organization: OrganizationClient) -> None:
    """Blackouts that overlap the range, whole; a post seated on such a date is still listed."""
    owner = any_organization
    owner.put_settings(queueSlots=[MONDAY])
    (at,) = weekly_instants(1, "10:00", "UTC", 1)
    seated = published(owner)
    day = at[:10]
    owner.put_settings(blackouts=[day, {"from": "2001-01-01", "to": "2001-01-02"}])
    found = calendar(owner, **around(at))
    assert found["blackouts"] == [{"from": day, "to": day}]
    (slot,) = found["slots"]
    assert (slot["posts"], slot["seats"]) == ([seated], {"total": 1, "taken": 1, "free": 0})
    owner.call("POST", "/remove", json={"postId": seated})
    assert calendar(owner, **around(at))["slots"] == []


def test_who_waits_is_counted_and_a_pause_is_said(any_organization: OrganizationClient) -> None:
    """The backlog's length, and isPaused; a paused queue's slots are still there."""
    owner = any_organization
    owner.put_settings(queueSlots=[MONDAY])
    owner.call("POST", "/queue/pause")
    for _ in range(2):
        owner.publish()
    found = calendar(owner, **MAY)
    assert (found["backlog"], found["isPaused"]) == (2, True)
    assert len(found["slots"]) in {4, 5}


def test_slots_of_the_past_are_those_that_were_opened(any_organization: OrganizationClient) -> None:
    """A rule of today had no slot last week; a rule that fired then had one, with its post and no
    free seat. A removed rule's slot stays while a post has a seat there."""
    owner = any_organization
    owner.put_settings(queueSlots=[MONDAY], maxPostsPerSlot=2)
    (upcoming,) = weekly_instants(1, "10:00", "UTC", 1)
    post = published(owner)
    assert len(calendar(owner, **around(upcoming))["slots"]) == 1
    over = datetime.fromisoformat(upcoming) - 14 * DAY
    assert calendar(owner, **around(format_instant(over)))["slots"] == []
    with owner.api.database.write() as session:
        connection = session.connection()
        (rule,) = queue_slots.list_active(session, owner.id)
        past = {"slot_at": over, "local_at": over.replace(tzinfo=None)}
        row = {**past, "queue_slot_id": rule.id, "fired_at": over}
        connection.execute(insert(FIRING).values(row))
        connection.execute(update(SEAT).where(SEAT.c.post_id == post).values(past))
        moved = update(POST).where(POST.c.id == post).values(scheduled_for=over)
        connection.execute(moved)
    for rules in ([MONDAY], []):
        owner.put_settings(queueSlots=rules)
        found = calendar(owner, **around(format_instant(over)))
        (slot,) = found["slots"]
        assert (slot["at"], slot["posts"], slot["queueSlot"]) == (
            format_instant(over),
            [post],
            MONDAY,
        )
        assert slot["seats"] == {"total": 2, "taken": 1, "free": 0}
        assert [each["id"] for each in found["posts"]] == [post]


def test_a_post_stands_where_it_went_out_too(any_organization: OrganizationClient) -> None:
    """A post published at once has no slot: its publication counts. A late post is in both
    ranges."""
    owner = any_organization
    at_once = published(owner, publishMode="publish_now")
    late = published(owner, scheduledAt=in_the_future(days=3))
    out = current_minute() + 10 * DAY
    with owner.api.database.write() as session:
        session.connection().execute(
            update(POST).where(POST.c.id.in_([at_once, late])).values(published_at=out)
        )
    found = [post["id"] for post in calendar(owner, **around(format_instant(out)))["posts"]]
    assert sorted(found) == sorted([at_once, late])
    assert [post["id"] for post in calendar(owner, **around(in_the_future(days=3)))["posts"]] == [
        late
    ]


def test_nobody_sees_anothers_calendar(any_organization: OrganizationClient) -> None:
    """Two organizations with the same rule: each has its own slots, seats and posts."""
    other = any_organization.api.create_organization("Another")
    for owner in (other, any_organization):
        owner.put_settings(queueSlots=[MONDAY])
    theirs, mine = published(other), published(any_organization)
    (at,) = weekly_instants(1, "10:00", "UTC", 1)
    for owner, post in ((other, theirs), (any_organization, mine)):
        found = calendar(owner, **around(at))
        assert [slot["posts"] for slot in found["slots"]] == [[post]]
        assert [each["id"] for each in found["posts"]] == [post]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "soon"}, "from"),
        ({"from": "2026-05-01\x00"}, "from"),
        ({"to": "2026-05-32"}, "to"),
        ({"from": "2026-05-02", "to": "2026-05-01"}, "to"),
        ({"from": "2026-01-01", "to": "2026-04-03"}, "to"),
        ({"from": "0001-01-01"}, "from"),
        ({"timezone": "Mars/Base"}, "timezone"),
    ],
)
def test_a_wrong_stretch_names_its_field(
    any_organization: OrganizationClient, query: dict[str, str], field: str
) -> None:
    """400 for what is no date, for an end before the start, and for more than 92 days."""
    answer = any_organization.call("GET", "/calendar", params=query)
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {field}


def test_a_stretch_with_very_many_slots_is_refused(organization: OrganizationClient) -> None:
    """A slot every five minutes is shown for a week, and not for three months."""
    organization.put_settings(queueSlots=[{"cron": "*/5 * * * *"}])
    week = {"from": f"{NEXT_YEAR}-05-02", "to": f"{NEXT_YEAR}-05-08"}
    assert len(calendar(organization, **week)["slots"]) == 7 * 24 * 12
    answer = organization.call("GET", "/calendar", params=MAY)
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {"to"}
