"""GET and PUT settings: the contract's document, changed in part, whole or not at all."""

from typing import Any

import pytest

from tests.integration.live_server import OrganizationClient, expect_error

FRESH = {
    "isEnabled": True,
    "approveApiPosts": False,
    "defaultTimezone": "UTC",
    "defaultPlatforms": [],
    "queueSlots": [],
    "maxPostsPerSlot": 1,
    "maxShortsOfSameVideo": 0,
    "maxShortsPerWeek": 0,
    "minimumVideoDurationSeconds": 0,
    "processOnlyPlaylistId": None,
}
MONDAY = {"dayOfWeek": 1, "time": "10:00"}
CHANGED = {
    "isEnabled": False,
    "approveApiPosts": True,
    "defaultTimezone": "America/New_York",
    "defaultPlatforms": ["youtube", "facebook"],
    "queueSlots": [MONDAY, {"dayOfWeek": 0, "time": "00:00", "timezone": "Europe/Berlin"}],
    "maxPostsPerSlot": 100,
    "maxShortsOfSameVideo": 3,
    "maxShortsPerWeek": 10,
    "minimumVideoDurationSeconds": 30,
    "processOnlyPlaylistId": "PL-ünïcode",
}


def test_a_fresh_organization_has_the_default_document(
    any_organization: OrganizationClient,
) -> None:
    """Default settings have exactly the contract's fields, with harmless values."""
    assert any_organization.get("/settings") == FRESH


def test_what_is_put_is_what_is_answered_and_read(any_organization: OrganizationClient) -> None:
    """Every field that is put comes back from PUT and from the next GET."""
    assert any_organization.put_settings(**CHANGED) == CHANGED
    assert any_organization.get("/settings") == CHANGED


@pytest.mark.parametrize("field", CHANGED)
def test_a_partial_put_keeps_the_rest(organization: OrganizationClient, field: str) -> None:
    """One field that is put changes that field alone."""
    after = organization.put_settings(**{field: CHANGED[field]})
    assert after == {**FRESH, field: CHANGED[field]}
    assert organization.put_settings() == after


def slots(**wrong: object) -> dict[str, Any]:
    """A good rule, then one with something wrong in it."""
    return {"queueSlots": [MONDAY, {**MONDAY, **wrong}]}


@pytest.mark.parametrize(
    ("body", "field", "right"),
    [
        (slots(dayOfWeek=7), "queueSlots[1].dayOfWeek", "0 (Sunday) to 6 (Saturday)"),
        (slots(dayOfWeek=-1), "queueSlots[1].dayOfWeek", "0 (Sunday) to 6 (Saturday)"),
        (slots(dayOfWeek=10**30), "queueSlots[1].dayOfWeek", "0 (Sunday) to 6 (Saturday)"),
        (slots(dayOfWeek="1"), "queueSlots[1].dayOfWeek", 'write 1, not "1"'),
        (slots(dayOfWeek="Monday"), "queueSlots[1].dayOfWeek", 'write 1, not "Monday"'),
        (slots(dayOfWeek=True), "queueSlots[1].dayOfWeek", "not true"),
        (slots(dayOfWeek=1.5), "queueSlots[1].dayOfWeek", "a whole number, 0 (Sunday)"),
        (slots(dayOfWeek=None), "queueSlots[1].dayOfWeek", "or cron"),
        (slots(time="25:00"), "queueSlots[1].time", "HH:mm"),
        (slots(time="9:5"), "queueSlots[1].time", "HH:mm"),
        (slots(time="10:00\n"), "queueSlots[1].time", "HH:mm"),
        (slots(time="１０:００"), "queueSlots[1].time", "HH:mm"),
        (slots(time=1000), "queueSlots[1].time", "a text"),
        (slots(timezone="Mars/Base"), "queueSlots[1].timezone", "IANA"),
        (slots(timezone="\x00"), "queueSlots[1].timezone", "NUL"),
        (slots(timezone="../UTC"), "queueSlots[1].timezone", "IANA"),
        (slots(day=1), "queueSlots[1].day", "is not a field"),
        ({"queueSlots": [{"dayOfWeek": 1}]}, "queueSlots[0].time", "HH:mm"),
        ({"queueSlots": None}, "queueSlots", "list"),
        ({"queueSlots": [MONDAY] * 2001}, "queueSlots", "2000"),
        ({"defaultTimezone": "Mars/Base"}, "defaultTimezone", "IANA"),
        ({"defaultTimezone": "Factory"}, "defaultTimezone", "IANA"),
        ({"defaultTimezone": None}, "defaultTimezone", "a time zone"),
        ({"timeZone": "UTC"}, "timeZone", "is not a field"),
        ({"maxPostsPerSlot": 0}, "maxPostsPerSlot", "at least 1"),
        ({"maxPostsPerSlot": 101}, "maxPostsPerSlot", "at most 100"),
        ({"maxShortsPerWeek": -1}, "maxShortsPerWeek", "at least 0"),
        ({"isEnabled": "yes"}, "isEnabled", "true or false"),
        ({"defaultPlatforms": ["x", "myspace"]}, "defaultPlatforms[1]", "choose from bluesky"),
        ({"processOnlyPlaylistId": "\x00"}, "processOnlyPlaylistId", "NUL"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_written(
    organization: OrganizationClient, body: dict[str, Any], field: str, right: str
) -> None:
    """A 400 names the field and what would be right; the good fields beside it stay unwritten."""
    before = organization.put_settings(maxShortsPerWeek=5, queueSlots=[MONDAY])
    good = {"maxShortsOfSameVideo": 9, "approveApiPosts": True, "defaultPlatforms": ["x"]}
    answer = organization.call("PUT", "/settings", json={**good, **body})
    details = expect_error(answer, 400, "INVALID_INPUT")
    assert list(details) == [field]
    assert right in details[field]
    assert field in answer.json()["error"]
    assert organization.get("/settings") == before


def test_all_that_is_wrong_is_named_at_once(any_organization: OrganizationClient) -> None:
    """Two bad rules are two field errors of one answer, and no rule of the request exists."""
    body = {"queueSlots": [{**MONDAY, "dayOfWeek": 7}, MONDAY, {**MONDAY, "time": "24:00"}]}
    answer = any_organization.call("PUT", "/settings", json=body)
    details = expect_error(answer, 400, "INVALID_INPUT")
    assert list(details) == ["queueSlots[0].dayOfWeek", "queueSlots[2].time"]
    assert any_organization.get("/settings") == FRESH
