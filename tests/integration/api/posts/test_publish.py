"""POST publish in its four modes."""

from typing import Any

import pytest

from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import NEXT_YEAR, in_the_future, nth_sunday, weekly_instants

NEW_YORK = "America/New_York"
MONDAY = {"dayOfWeek": 1, "time": "10:00"}
GAP, OVERLAP = nth_sunday(3, 2), nth_sunday(11, 1)


def check(answer: dict[str, Any], status: str, scheduled_for: str | None) -> None:
    """An answer to publish has the contract's shape and these values."""
    post = answer["socialPost"]
    assert set(answer) == {"socialPost", "providerPostId"}
    assert set(post) == {"id", "status", "providerJobId", "scheduledFor"}
    assert (post["status"], post["scheduledFor"]) == (status, scheduled_for)
    assert post["providerJobId"] == answer["providerPostId"] != ""


def test_publish_now_is_on_its_way_without_an_instant(any_organization: OrganizationClient) -> None:
    """publish_now: status publishing, no scheduledFor."""
    check(any_organization.publish(publishMode="publish_now"), "publishing", None)


@pytest.mark.parametrize(("mode", "status"), [("schedule", "scheduled"), ("draft", "draft")])
def test_schedule_and_draft_keep_their_instant(
    any_organization: OrganizationClient, mode: str, status: str
) -> None:
    """schedule and draft: the instant that was sent comes back, to the millisecond."""
    at = in_the_future(days=3)
    check(any_organization.publish(publishMode=mode, scheduledAt=at), status, at)


def test_next_slot_takes_the_next_free_seat(any_organization: OrganizationClient) -> None:
    """next_slot: the post gets the instant that next-slot announced."""
    any_organization.put_settings(queueSlots=[MONDAY])
    announced = any_organization.get("/next-slot")["nextSlot"]
    check(any_organization.publish(publishMode="next_slot"), "scheduled", announced)
    assert announced == weekly_instants(1, "10:00", "UTC", 1)[0]


def test_next_slot_without_rules_waits(any_organization: OrganizationClient) -> None:
    """next_slot without rules: status backlog, no instant."""
    check(any_organization.publish(publishMode="next_slot"), "backlog", None)


def test_without_a_mode_the_instant_decides(organization: OrganizationClient) -> None:
    """publishMode is optional: with scheduledAt the post is scheduled, without it queued."""
    at = in_the_future(hours=5)
    check(organization.publish(scheduledAt=at), "scheduled", at)
    check(organization.publish(), "backlog", None)


@pytest.mark.parametrize("mode", ["publish_now", "next_slot", "schedule"])
def test_a_post_that_needs_approval_waits_for_it(
    organization: OrganizationClient, mode: str
) -> None:
    """With approveApiPosts nothing is published without approval, and no seat is taken."""
    organization.put_settings(approveApiPosts=True, queueSlots=[MONDAY])
    fields = {"scheduledAt": in_the_future(days=1)} if mode == "schedule" else {}
    post = organization.publish(publishMode=mode, **fields)["socialPost"]
    assert post["status"] == "pending_approval"
    assert organization.get("/next-slot")["nextSlot"] == weekly_instants(1, "10:00", "UTC", 1)[0]


@pytest.mark.parametrize(
    ("written", "fields", "at"),
    [
        ("07-01T10:00", {"timezone": NEW_YORK}, "07-01T14:00"),
        ("07-01T10:00:30", {}, "07-01T08:00:30"),
        ("07-01 10:00", {}, "07-01T08:00"),
        ("07-01T10:00-05:00", {"timezone": NEW_YORK}, "07-01T15:00"),
        ("07-01T10:00Z", {"timezone": NEW_YORK}, "07-01T10:00"),
        (f"{GAP:%m-%d}T02:30", {"timezone": NEW_YORK}, f"{GAP:%m-%d}T07:30"),
        (f"{OVERLAP:%m-%d}T01:30", {"timezone": NEW_YORK}, f"{OVERLAP:%m-%d}T05:30"),
    ],
)
def test_a_date_without_an_offset_is_read_by_the_wall_clock(
    organization: OrganizationClient, written: str, fields: dict[str, str], at: str
) -> None:
    """Without an offset the given zone counts, else the default; a gap moves the time forward."""
    organization.put_settings(defaultTimezone="Europe/Berlin")
    answer = organization.publish(
        publishMode="schedule", scheduledAt=f"{NEXT_YEAR}-{written}", **fields
    )
    seconds = "" if at.count(":") == 2 else ":00"
    check(answer, "scheduled", f"{NEXT_YEAR}-{at}{seconds}.000Z")


def test_default_platforms_stand_in_for_omitted_ones(any_organization: OrganizationClient) -> None:
    """Without platforms the organization's defaults are used; a doubled platform counts once."""
    any_organization.put_settings(defaultPlatforms=["linkedin", "x"])
    any_organization.publish(platforms=...)
    any_organization.publish(platforms=["threads", "threads"])
    assert [post["platforms"] for post in any_organization.posts()] == [
        ["threads"],
        ["linkedin", "x"],
    ]


@pytest.mark.parametrize("platforms", [..., []])
def test_a_post_for_nowhere_is_refused(organization: OrganizationClient, platforms: object) -> None:
    """Without platforms and without defaults: 400, which says what to do."""
    details = expect_error(organization.try_publish(platforms=platforms), 400, "INVALID_INPUT")
    assert "defaultPlatforms" in details["platforms"]


def test_an_organization_that_is_switched_off_cannot_publish(
    any_organization: OrganizationClient,
) -> None:
    """isEnabled false: 403, and nothing is stored."""
    any_organization.put_settings(isEnabled=False)
    answer = any_organization.try_publish(publishMode="publish_now")
    expect_error(answer, 403, "FORBIDDEN")
    assert "isEnabled" in answer.json()["error"]
    assert any_organization.posts() == []
