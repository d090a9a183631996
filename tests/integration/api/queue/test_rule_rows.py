"""Rules and their rows: seats and firings refer to the row, so it must survive a PUT."""

import pytest

from models.queue_slots import QueueSlot
from models.store.queue import queue_slots
from tests.integration.live_server import OrganizationClient

MONDAY = {"dayOfWeek": 1, "time": "10:00"}
FRIDAY = {"dayOfWeek": 5, "time": "18:30", "timezone": "Asia/Tokyo"}


def rows(organization: OrganizationClient, *, active: bool | None = None) -> dict[str, QueueSlot]:
    """The organization's rule rows, by day and zone."""
    with organization.api.database.read() as session:
        found = queue_slots.list_all(session, organization.id)
    kept = [row for row in found if active in (None, row.is_active)]
    return {f"{row.rule[0]} {row.timezone}": row for row in kept}


def test_unchanged_rules_keep_their_rows(any_organization: OrganizationClient) -> None:
    """A PUT that repeats a rule, in any order and beside new ones, leaves its row as it was."""
    any_organization.put_settings(queueSlots=[MONDAY, FRIDAY])
    before = rows(any_organization)
    any_organization.put_settings(queueSlots=[FRIDAY, {"dayOfWeek": 3, "time": "07:00"}, MONDAY])
    after = rows(any_organization)
    assert {key: after[key] for key in before} == before
    assert len(after) == 3


def test_a_removed_rule_sleeps_and_is_revived(any_organization: OrganizationClient) -> None:
    """A removed rule keeps its row, inactive; when it is added again, the same row is used."""
    any_organization.put_settings(queueSlots=[MONDAY, FRIDAY])
    before = rows(any_organization)["1 UTC"]
    any_organization.put_settings(queueSlots=[FRIDAY])
    asleep = rows(any_organization)["1 UTC"]
    assert (asleep.id, asleep.is_active, asleep.next_fire_at) == (before.id, False, None)
    assert any_organization.get("/settings")["queueSlots"] == [FRIDAY]
    any_organization.put_settings(queueSlots=[MONDAY, FRIDAY])
    assert rows(any_organization)["1 UTC"] == before


def test_a_new_default_zone_moves_only_rules_without_a_zone(
    any_organization: OrganizationClient,
) -> None:
    """A change of defaultTimezone gives such rules new rows; a rule with its own zone stays."""
    any_organization.put_settings(queueSlots=[MONDAY, FRIDAY])
    before = rows(any_organization)
    after = any_organization.put_settings(defaultTimezone="America/New_York")
    assert after["queueSlots"] == [FRIDAY, MONDAY] or after["queueSlots"] == [MONDAY, FRIDAY]
    active = rows(any_organization, active=True)
    assert set(active) == {"1 America/New_York", "5 Asia/Tokyo"}
    assert active["5 Asia/Tokyo"] == before["5 Asia/Tokyo"]
    assert active["1 America/New_York"].id != before["1 UTC"].id
    any_organization.put_settings(defaultTimezone="UTC")
    assert rows(any_organization, active=True) == before


def test_a_rule_keeps_the_zone_it_was_written_with(organization: OrganizationClient) -> None:
    """A rule whose own zone equals the default keeps it when the default changes."""
    own = {**MONDAY, "timezone": "UTC"}
    organization.put_settings(queueSlots=[own])
    before = rows(organization)
    after = organization.put_settings(defaultTimezone="Europe/Berlin")
    assert after["queueSlots"] == [own]
    assert rows(organization) == before


@pytest.mark.parametrize("twin", [MONDAY, {**MONDAY, "timezone": "UTC"}])
def test_a_rule_that_is_written_twice_is_one_rule(
    organization: OrganizationClient, twin: dict[str, object]
) -> None:
    """The same rule twice makes one row, so no slot is opened or filled twice."""
    after = organization.put_settings(queueSlots=[MONDAY, twin])
    assert len(after["queueSlots"]) == 1
    assert len(rows(organization)) == 1
