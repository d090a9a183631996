"""Our additions to the settings: cron rules, own zones, DST policies and pause."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.integration.api.queue.test_settings import FRESH, MONDAY
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import current_minute, format_instant

CRON = {"cron": "0 9 1,15 * *"}
TOKYO = {"dayOfWeek": 1, "time": "10:00", "timezone": "Asia/Tokyo"}
CRON_TOKYO = {"cron": "30 8 * * 1-5", "timezone": "Asia/Tokyo"}
NEW_YORK = "America/New_York"


def test_rules_come_back_as_they_were_written(any_organization: OrganizationClient) -> None:
    """Weekly or cron, with a zone of its own or without: GET shows what PUT was given."""
    written = [MONDAY, TOKYO, CRON, CRON_TOKYO]
    assert any_organization.put_settings(queueSlots=written)["queueSlots"] == written
    any_organization.put_settings(defaultTimezone="Europe/Berlin")
    found = any_organization.get("/settings")["queueSlots"]
    assert sorted(map(str, found)) == sorted(map(str, written))


def test_the_document_is_the_contracts_until_ours_are_used(
    any_organization: OrganizationClient,
) -> None:
    """Our fields appear when they differ from their defaults, and disappear with them."""
    ours = {"gapPolicy": "skip", "overlapPolicy": "second", "blackouts": ["2026-12-25"]}
    assert any_organization.put_settings(**ours) == {**FRESH, **ours}
    assert any_organization.call("POST", "/queue/pause").json() == {"isPaused": True}
    assert any_organization.get("/settings") == {**FRESH, **ours, "isPaused": True}
    assert any_organization.call("POST", "/queue/resume").json() == {"isPaused": False}
    defaults = {"gapPolicy": "forward", "overlapPolicy": "first", "blackouts": []}
    assert any_organization.put_settings(**defaults) == FRESH


@pytest.mark.parametrize(
    ("rule", "field", "right"),
    [
        ({**CRON, "dayOfWeek": 1}, "cron", "goes without dayOfWeek and time"),
        ({**CRON, **MONDAY}, "cron", "goes without dayOfWeek and time"),
        ({"cron": "0 9 * *"}, "cron", "five cron fields"),
        ({"cron": "0 0 9 * * *"}, "cron", "five cron fields"),
        ({"cron": "61 9 * * *"}, "cron", "five cron fields"),
        ({"cron": "@daily"}, "cron", "five cron fields"),
        ({"cron": "a b c d e"}, "cron", "five cron fields"),
        ({"cron": ""}, "dayOfWeek", "or cron"),
        ({"cron": "0 9 30 2 *"}, "cron", "never comes"),
        ({"cron": 9}, "cron", 'write "9", not 9'),
        ({**CRON, "timezone": "Mars/Base"}, "timezone", "IANA"),
        ({}, "dayOfWeek", "or cron"),
    ],
)
def test_a_bad_rule_is_named_by_its_place(
    organization: OrganizationClient, rule: dict[str, Any], field: str, right: str
) -> None:
    """400 names queueSlots[i] and the field; nothing of the request is written."""
    answer = organization.call("PUT", "/settings", json={"queueSlots": [MONDAY, rule]})
    details = expect_error(answer, 400, "INVALID_INPUT")
    assert list(details) == [f"queueSlots[1].{field}"]
    assert right in details[f"queueSlots[1].{field}"]
    assert organization.get("/settings") == FRESH


@pytest.mark.parametrize(
    "body",
    [{"gapPolicy": "back"}, {"overlapPolicy": "both"}, {"blackouts": None}, {"blackouts": [1]},
     {"blackouts": [{"from": "2026-12-24"}]}, {"gapPolicy": None}],
)  # fmt: skip
def test_nonsense_is_refused(organization: OrganizationClient, body: dict[str, Any]) -> None:
    """A 400 that names the field, whatever shape it has."""
    details = expect_error(organization.call("PUT", "/settings", json=body), 400, "INVALID_INPUT")
    assert all(field.startswith(next(iter(body))) for field in details)


def test_next_slots_follow_a_cron_rule(any_organization: OrganizationClient) -> None:
    """The 1st and 15th at 09:00 of the organization's zone."""
    found = any_organization.put_settings(queueSlots=[CRON]) and any_organization.get("/next-slot")
    days = (current_minute() + timedelta(days=ahead) for ahead in range(250))
    hours = (datetime(day.year, day.month, day.day, 9, tzinfo=UTC) for day in days)
    expected = [
        format_instant(each) for each in hours if each.day in (1, 15) and each > current_minute()
    ]
    assert found["nextSlots"] == expected[:10]


def test_a_paused_queue_has_no_next_slot(any_organization: OrganizationClient) -> None:
    """Null and an empty list while it is paused; the slots are back when it goes on."""
    any_organization.put_settings(queueSlots=[MONDAY])
    before = any_organization.get("/next-slot")
    any_organization.call("POST", "/queue/pause")
    found = any_organization.get("/next-slot")
    assert (found["nextSlot"], found["nextSlots"]) == (None, [])
    any_organization.call("POST", "/queue/resume", json={})
    assert any_organization.get("/next-slot") == before


def coming(month: int, number: int) -> date:
    """The next n-th Sunday of a month, at least two days away."""
    soon = current_minute().date() + timedelta(days=2)
    years = (date(soon.year + ahead, month, 1) for ahead in range(2))
    sundays = (first + timedelta(days=6 - first.weekday(), weeks=number - 1) for first in years)
    return next(day for day in sundays if day >= soon)


def test_policies_decide_about_a_slot_in_a_gap_and_in_an_overlap(
    any_organization: OrganizationClient,
) -> None:
    """`skip` leaves the gap's date out, `second` takes the later of two readings."""
    gap, overlap = coming(3, 2), coming(11, 1)
    gap_rule = {"cron": f"30 2 {gap.day} 3 *"}
    overlap_rule = {"cron": f"30 1 {overlap.day} 11 *"}
    rules = {"defaultTimezone": NEW_YORK, "queueSlots": [gap_rule, overlap_rule]}
    any_organization.put_settings(**rules)
    both = [f"{gap}T07:30:00.000Z", f"{overlap}T05:30:00.000Z"]
    shown_first = any_organization.get("/next-slot")["nextSlots"]
    assert [at for at in shown_first if at in both] == both[: 1 + (both[1] in shown_first)]
    any_organization.put_settings(gapPolicy="skip", overlapPolicy="second")
    after = any_organization.get("/next-slot")["nextSlots"]
    assert not [at for at in after if at in both]
    if both[1] in shown_first:
        assert f"{overlap}T06:30:00.000Z" in after
