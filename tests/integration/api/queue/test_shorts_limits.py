"""Limits on shorts: per local week and per video. Photos may take seats that shorts may not."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.integration.live_server import OrganizationClient
from tests.integration.local_times import weekly_instants

# Saturday 23:30 and Sunday 00:30 of one night lie in two weeks, in Auckland.
AUCKLAND = "Pacific/Auckland"
NIGHT = [{"dayOfWeek": 6, "time": "23:30"}, {"dayOfWeek": 0, "time": "00:30"}]
DAILY = [{"cron": "0 12 * * *"}]


def publish(organization: OrganizationClient, **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """A queued post as it is listed."""
    id_ = organization.publish(publishMode="next_slot", **fields)["socialPost"]["id"]
    return next(post for post in organization.posts() if post["id"] == id_)


def short(organization: OrganizationClient, url: str = "a", **fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """A queued video post."""
    link = f"https://media.example/{url}.mp4"
    return publish(organization, postType="video", videoUrl=link, **fields)


def photo(organization: OrganizationClient) -> dict[str, Any]:
    """A queued photo."""
    return publish(organization, postType="photo", photoUrls=["https://media.example/a.png"])


def sunday_of(instant: str, zone: str) -> str:
    """The first day of an instant's local week."""
    day = datetime.fromisoformat(instant).astimezone(ZoneInfo(zone)).date()
    return str(day - timedelta(days=(day.weekday() + 1) % 7))


def test_a_local_week_takes_so_many_shorts(any_organization: OrganizationClient) -> None:
    """Weeks begin on Sunday by the organization's clock, though both slots are one UTC day."""
    any_organization.put_settings(defaultTimezone=AUCKLAND, queueSlots=NIGHT, maxShortsPerWeek=1)
    got = [short(any_organization, f"{n}")["scheduledFor"] for n in range(8)]
    weeks = [sunday_of(at, AUCKLAND) for at in got]
    assert Counter(weeks) == dict.fromkeys(weeks, 1)
    both = sorted(
        weekly_instants(6, "23:30", AUCKLAND, 12) + weekly_instants(0, "00:30", AUCKLAND, 12)
    )
    firsts: dict[str, str] = {}
    for at in both:
        firsts.setdefault(sunday_of(at, AUCKLAND), at)
    assert got == list(firsts.values())[:8]


def test_photos_fill_the_seats_that_shorts_must_leave(any_organization: OrganizationClient) -> None:
    """Two shorts a week: later photos take the seats between them, and are not counted."""
    any_organization.put_settings(queueSlots=DAILY, maxShortsPerWeek=2)
    shorts = [short(any_organization, f"{n}")["scheduledFor"] for n in range(6)]
    photos = [photo(any_organization)["scheduledFor"] for _ in range(6)]
    free = any_organization.get("/next-slot")["nextSlots"]
    assert shorts == sorted(shorts)
    assert max(Counter(sunday_of(at, "UTC") for at in shorts).values()) == 2
    days = sorted([*shorts, *photos, *free])
    assert len(set(days)) == len(days)
    assert photos == [at for at in days if at not in shorts][:6]


def test_a_video_has_so_many_shorts(any_organization: OrganizationClient) -> None:
    """By sourceVideoId where it is given, else by the link; the rest wait and say why."""
    any_organization.put_settings(queueSlots=DAILY, maxShortsOfSameVideo=2)
    same = [short(any_organization, f"{n}", sourceVideoId="talk") for n in range(3)]
    assert [post["status"] for post in same] == ["scheduled", "scheduled", "backlog"]
    assert "maxShortsOfSameVideo" in same[2]["providerError"]
    links = [short(any_organization, "cut") for _ in range(3)]
    assert [post["status"] for post in links] == ["scheduled", "scheduled", "backlog"]
    other = short(any_organization, "cut", sourceVideoId="other")
    assert other["status"] == "scheduled"
    assert photo(any_organization)["status"] == "scheduled"


def test_zero_is_no_limit(any_organization: OrganizationClient) -> None:
    """By default all seats of a day may be shorts of one video."""
    any_organization.put_settings(queueSlots=DAILY, maxPostsPerSlot=10)
    found = [short(any_organization) for _ in range(12)]
    assert Counter(post["scheduledFor"] for post in found).most_common()[0][1] == 10
    assert {post["status"] for post in found} == {"scheduled"}


def test_a_higher_limit_seats_those_that_waited_oldest_first(
    any_organization: OrganizationClient,
) -> None:
    """A PUT of the limit seats the backlog, and removes the posts' reasons."""
    any_organization.put_settings(queueSlots=DAILY, maxShortsOfSameVideo=1)
    posts = [short(any_organization, sourceVideoId="talk")["id"] for _ in range(4)]
    any_organization.put_settings(maxShortsOfSameVideo=3)
    listed = {post["id"]: post for post in any_organization.posts()}
    found = [listed[id_] for id_ in posts]
    assert [post["status"] for post in found] == ["scheduled"] * 3 + ["backlog"]
    seated = [post["scheduledFor"] for post in found[:3]]
    assert seated == sorted(seated)
    assert [post["providerError"] is None for post in found] == [True] * 3 + [False]


def test_a_post_without_a_seat_says_why(any_organization: OrganizationClient) -> None:
    """No rule, no free seat; a paused queue; an explicit reason each."""
    assert "no free seat" in publish(any_organization)["providerError"]
    any_organization.put_settings(queueSlots=DAILY)
    any_organization.call("POST", "/queue/pause")
    assert "paused" in publish(any_organization)["providerError"]
