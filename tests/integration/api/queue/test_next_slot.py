"""GET next-slot: the instants at which a post could still get a seat."""

import pytest

from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import weekly_instants

NEW_YORK = "America/New_York"
MONDAY = {"dayOfWeek": 1, "time": "10:00"}
THURSDAY = {"dayOfWeek": 4, "time": "10:00", "timezone": "Asia/Kolkata"}


def test_without_rules_there_is_no_next_slot(any_organization: OrganizationClient) -> None:
    """No rules: nextSlot is null, nextSlots is empty, and the zone is still resolved."""
    found = any_organization.get("/next-slot")
    assert found == {"timezone": "UTC", "nextSlot": None, "nextSlots": []}


def test_the_zone_is_the_given_one_else_the_default(organization: OrganizationClient) -> None:
    """`timezone` names the zone of the answer; the instants stay those of the rules."""
    organization.put_settings(defaultTimezone=NEW_YORK, queueSlots=[MONDAY])
    own, other = organization.get("/next-slot"), organization.get("/next-slot", timezone="UTC")
    assert (own["timezone"], other["timezone"]) == (NEW_YORK, "UTC")
    assert own["nextSlots"] == other["nextSlots"] == weekly_instants(1, "10:00", NEW_YORK, 10)


@pytest.mark.parametrize("zone", ["Mars/Base", "../UTC", "Factory", "é"])
def test_an_unknown_zone_is_refused(any_organization: OrganizationClient, zone: str) -> None:
    """A zone that does not exist is a 400 that names `timezone`."""
    answer = any_organization.call("GET", "/next-slot", params={"timezone": zone})
    assert "IANA" in expect_error(answer, 400, "INVALID_INPUT")["timezone"]


def test_the_slots_of_all_rules_come_in_the_order_of_their_instants(
    any_organization: OrganizationClient,
) -> None:
    """Rules in different zones give one sorted list, without doubles."""
    any_organization.put_settings(
        defaultTimezone=NEW_YORK, maxPostsPerSlot=3, queueSlots=[THURSDAY, MONDAY]
    )
    found = any_organization.get("/next-slot")
    mondays, thursdays = (
        weekly_instants(1, "10:00", NEW_YORK, 10),
        weekly_instants(4, "10:00", "Asia/Kolkata", 10),
    )
    assert found["nextSlots"] == sorted(mondays + thursdays)[:10]
    assert found["nextSlot"] == found["nextSlots"][0]


def test_two_rules_at_one_instant_are_shown_once(organization: OrganizationClient) -> None:
    """10:00 UTC and 15:30 in Kolkata are one instant with two seats: listed until both are gone."""
    kolkata = {"dayOfWeek": 1, "time": "15:30", "timezone": "Asia/Kolkata"}
    organization.put_settings(queueSlots=[MONDAY, kolkata])
    expected = weekly_instants(1, "10:00", "UTC", 11)
    assert organization.get("/next-slot")["nextSlots"] == expected[:10]
    for still_first in (expected[0], expected[1]):
        organization.publish(publishMode="next_slot")
        assert organization.get("/next-slot")["nextSlot"] == still_first


def test_a_slot_is_shown_as_long_as_it_has_a_free_seat(
    any_organization: OrganizationClient,
) -> None:
    """With two seats a slot, the first is next for two posts and is gone for the third."""
    any_organization.put_settings(maxPostsPerSlot=2, queueSlots=[MONDAY])
    first, second, *_ = expected = weekly_instants(1, "10:00", "UTC", 11)
    seen = []
    for _ in range(3):
        seen.append(any_organization.get("/next-slot")["nextSlot"])
        any_organization.publish(publishMode="next_slot")
    assert seen == [first, first, second]
    assert any_organization.get("/next-slot")["nextSlots"] == expected[1:]


def test_a_year_of_slots_keeps_the_wall_clock(organization: OrganizationClient) -> None:
    """Through both changes of the clock: 02:30 moves out of the gap, 01:30 is the first of two.

    When the horizon's last seat is gone, posts wait, and there is no next slot.
    """
    rules = [{"dayOfWeek": 0, "time": clock} for clock in ("01:30", "02:30")]
    organization.put_settings(defaultTimezone=NEW_YORK, queueSlots=rules)
    expected = sorted(
        weekly_instants(0, "01:30", NEW_YORK, 54) + weekly_instants(0, "02:30", NEW_YORK, 54)
    )
    seated: list[str] = []
    for _ in range(120):
        post = organization.publish(publishMode="next_slot")["socialPost"]
        if post["status"] == "backlog":
            break
        seated.append(post["scheduledFor"])
    assert len(seated) >= 102
    assert seated == expected[: len(seated)]
    assert organization.get("/next-slot")["nextSlots"] == []
