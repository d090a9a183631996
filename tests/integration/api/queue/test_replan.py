"""Changing rules of a full calendar: no post moves before a replan."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from models.tables import SEAT
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import format_instant, weekly_instants
from tests.integration.scheduler.queue_factories import list_taken_seats

MONDAY = {"dayOfWeek": 1, "time": "10:00"}
THURSDAY = {"dayOfWeek": 4, "time": "18:00"}


def fill(organization: OrganizationClient, count: int) -> list[str]:
    """So many posts on the next seats; their ids, oldest first."""
    found = [organization.publish(publishMode="next_slot")["socialPost"] for _ in range(count)]
    return [post["id"] for post in found]


def replan(organization: OrganizationClient, **body: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """The moves of a replan."""
    answer = organization.call("POST", "/queue/replan", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["dryRun"] == body.get("dryRun", False)
    moves: list[dict[str, Any]] = answer.json()["moves"]
    return moves


def instants(organization: OrganizationClient, ids: list[str]) -> list[str | None]:
    """The times of these posts."""
    found = {post["id"]: post["scheduledFor"] for post in organization.posts()}
    return [found[id_] for id_ in ids]


def test_posts_of_a_removed_rule_keep_their_instant_until_a_replan(
    any_organization: OrganizationClient,
) -> None:
    """PUT moves no post; a dry run lists the moves and writes nothing; a replan moves in order.

    A second re-plan finds nothing to do.
    """
    any_organization.put_settings(queueSlots=[MONDAY])
    posts = fill(any_organization, 3)
    before = weekly_instants(1, "10:00", "UTC", 3)
    any_organization.put_settings(queueSlots=[THURSDAY])
    assert instants(any_organization, posts) == before
    after = weekly_instants(4, "18:00", "UTC", 3)
    expected = [
        {"postId": id_, "from": old, "to": new, "why": "its rule was removed"}
        for id_, old, new in zip(posts, before, after, strict=True)
    ]
    listed = any_organization.posts()
    assert replan(any_organization, dryRun=True) == expected
    assert any_organization.posts() == listed
    assert replan(any_organization) == expected
    assert instants(any_organization, posts) == after
    taken = list_taken_seats(any_organization.api.database, any_organization.id)
    assert [(seat.post_id, format_instant(seat.slot_at)) for seat in taken] == list(
        zip(posts, after, strict=True)
    )
    assert replan(any_organization) == []


def test_who_finds_no_seat_waits_with_a_reason(any_organization: OrganizationClient) -> None:
    """Without any rule the posts go back to the backlog, with a reason."""
    any_organization.put_settings(queueSlots=[MONDAY])
    posts = fill(any_organization, 2)
    any_organization.put_settings(queueSlots=[])
    assert [move["to"] for move in replan(any_organization)] == [None, None]
    listed = {post["id"]: post for post in any_organization.posts()}
    assert [listed[id_]["status"] for id_ in posts] == ["backlog"] * 2
    assert all("no free seat" in listed[id_]["providerError"] for id_ in posts)
    assert list_taken_seats(any_organization.api.database, any_organization.id) == []
    any_organization.put_settings(queueSlots=[THURSDAY])
    assert instants(any_organization, posts) == weekly_instants(4, "18:00", "UTC", 2)


def test_a_new_blackout_moves_those_that_it_covers(any_organization: OrganizationClient) -> None:
    """The covered date's posts take the first free seats; the others stay where they are."""
    any_organization.put_settings(queueSlots=[MONDAY])
    posts = fill(any_organization, 4)
    mondays = weekly_instants(1, "10:00", "UTC", 5)
    any_organization.put_settings(blackouts=[mondays[1][:10]])
    assert instants(any_organization, posts) == mondays[:4]
    (move,) = replan(any_organization)
    assert move["why"] == "a blackout covers its date"
    assert instants(any_organization, posts) == [mondays[0], mondays[4], *mondays[2:4]]


def test_a_changed_zone_database_keeps_the_wall_clock(any_organization: OrganizationClient) -> None:
    """A seat whose stored instant is an hour off goes back to what its wall clock means."""
    any_organization.put_settings(queueSlots=[{**MONDAY, "timezone": "America/New_York"}])
    posts = fill(any_organization, 2)
    right = instants(any_organization, posts)
    database = any_organization.api.database
    mine = SEAT.c.post_id == posts[1]
    with database.write() as session:
        at = session.connection().scalar(select(SEAT.c.slot_at).where(mine))
        assert at is not None
        wrong = at + timedelta(hours=1)
        session.connection().execute(update(SEAT).where(mine).values(slot_at=wrong))
    (move,) = replan(any_organization)
    assert move == {
        "postId": posts[1],
        "from": format_instant(wrong),
        "to": right[1],
        "why": "its zone's clock changed",
    }
    assert instants(any_organization, posts) == right
    taken = list_taken_seats(database, any_organization.id)
    assert [format_instant(seat.slot_at) for seat in taken] == right


def coming_gap() -> tuple[str, str]:
    """A zone, and the instant to which its next gap within 45 weeks moves a Sunday's 02:30."""
    today = datetime.now(UTC).date()
    sunday = today + timedelta(days=-today.isoweekday() % 7)
    for name in ("America/New_York", "Australia/Sydney"):
        for week in range(1, 45):
            reading = datetime.combine(sunday + timedelta(weeks=week), time(2, 30))
            at = reading.replace(tzinfo=ZoneInfo(name)).astimezone(UTC)
            if at.astimezone(ZoneInfo(name)).replace(tzinfo=None) != reading:
                return name, f"{at:%Y-%m-%dT%H:%M:%S}.000Z"
    raise AssertionError("one of two hemispheres puts its clock forward within 45 weeks")


def test_skipping_gaps_moves_the_post_that_sat_in_one(any_organization: OrganizationClient) -> None:
    """forward → skip: its slot no longer exists, and the post takes the first free seat."""
    zone, gap = coming_gap()
    any_organization.put_settings(queueSlots=[{"dayOfWeek": 0, "time": "02:30", "timezone": zone}])
    slots = weekly_instants(0, "02:30", zone, 52)
    posts = fill(any_organization, 50)
    any_organization.put_settings(gapPolicy="skip")
    assert instants(any_organization, posts) == slots[:50]
    (move,) = replan(any_organization)
    assert (move["from"], move["why"]) == (gap, "its slot no longer exists")
    assert move["to"] == slots[50]


def test_a_replan_says_nothing_about_another_organization(
    any_organization: OrganizationClient,
) -> None:
    """Each moves its own posts only."""
    other = any_organization.api.create_organization("Another")
    other.put_settings(queueSlots=[MONDAY])
    fill(other, 1)
    other.put_settings(queueSlots=[THURSDAY])
    assert replan(any_organization) == []
    assert len(replan(other, dryRun=True)) == 1


@pytest.mark.parametrize("body", [{"dryRun": "yes"}, {"dry": True}])
def test_nonsense_is_refused(organization: OrganizationClient, body: dict[str, Any]) -> None:
    """A 400 that names the field."""
    answer = organization.call("POST", "/queue/replan", json=body)
    assert list(expect_error(answer, 400, "INVALID_INPUT")) == list(body)
