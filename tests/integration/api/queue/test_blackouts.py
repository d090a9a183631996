"""Blackout dates in the settings, and the slots that they remove."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.integration.api.queue.test_queue_rules import TOKYO
from tests.integration.api.queue.test_settings import FRESH
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import weekly_instants


@pytest.mark.parametrize(
    "written",
    [
        [],
        ["2026-12-25"],
        [{"from": "2026-12-24", "to": "2027-01-01"}, "2028-02-29"],
    ],
)
def test_blackouts_come_back_as_they_were_written(
    any_organization: OrganizationClient, written: list[Any]
) -> None:
    """Dates and ranges."""
    assert any_organization.put_settings(blackouts=written).get("blackouts", []) == written


@pytest.mark.parametrize(
    ("entry", "right"),
    [
        ({"from": "2027-01-02", "to": "2027-01-01"}, "before it begins"),
        ("2026-02-30", "must be a date"),
        ("Christmas", "must be a date"),
        ("2026-12-25T10:00", "must be a date"),
        ({"from": "2026-12-24", "to": ""}, "must be a date"),
    ],
)
def test_a_bad_blackout_is_named_by_its_place(
    organization: OrganizationClient, entry: object, right: str
) -> None:
    """400 names blackouts[i]; nothing is written."""
    answer = organization.call("PUT", "/settings", json={"blackouts": ["2026-12-25", entry]})
    details = expect_error(answer, 400, "INVALID_INPUT")
    assert right in details["blackouts[1]"]
    assert organization.get("/settings") == FRESH


def test_next_slots_avoid_blackouts_by_the_rules_own_date(
    any_organization: OrganizationClient,
) -> None:
    """A blacked-out local date has no slot, in Tokyo on Tokyo's date; a range takes all of it."""
    midnight = {**TOKYO, "time": "00:30"}
    tokyo = weekly_instants(1, "00:30", "Asia/Tokyo", 13)
    dates = [datetime.fromisoformat(at).date() + timedelta(days=1) for at in tokyo]  # Tokyo's date
    closed = [str(dates[0]), {"from": str(dates[2]), "to": str(dates[3])}]
    any_organization.put_settings(queueSlots=[midnight], blackouts=closed)
    assert any_organization.get("/next-slot")["nextSlots"] == [tokyo[1], *tokyo[4:13]]
