"""A zone that an earlier version stored and that a request may not name today."""

import pytest
from sqlalchemy import update

from models.tables import SETTINGS
from scheduler.recurrence.timezones import NO_ZONE
from tests.integration.live_server import OrganizationClient, expect_error
from tests.integration.local_times import in_the_future

MONDAY = {"dayOfWeek": 1, "time": "10:00"}


@pytest.fixture
def factory_organization(organization: OrganizationClient) -> OrganizationClient:
    """An organization with such a default zone, and a rule that follows it."""
    organization.put_settings(queueSlots=[MONDAY])
    with organization.api.database.write() as session:
        session.connection().execute(
            update(SETTINGS)
            .where(SETTINGS.c.organization_id == organization.id)
            .values(default_timezone=NO_ZONE)
        )
    return organization


def test_what_reads_a_stored_zone_goes_on(factory_organization: OrganizationClient) -> None:
    """Calendar, next slots, simulation, publishing and changes of the rules are answered in it."""
    assert factory_organization.get("/calendar")["timezone"] == NO_ZONE
    assert (
        factory_organization.call("POST", "/simulate", json={"postsPerWeek": 1}).status_code == 200
    )
    factory_organization.publish(scheduledAt=in_the_future(days=2))
    factory_organization.publish(publishMode="next_slot")
    assert factory_organization.get("/next-slot")
    assert factory_organization.put_settings(queueSlots=[MONDAY, {**MONDAY, "time": "11:00"}])


def test_a_request_that_names_it_is_refused(factory_organization: OrganizationClient) -> None:
    """It is not taken from a request, and another zone replaces it."""
    answer = factory_organization.call("PUT", "/settings", json={"defaultTimezone": NO_ZONE})
    assert set(expect_error(answer, 400, "INVALID_INPUT")) == {"defaultTimezone"}
    after = factory_organization.put_settings(defaultTimezone="Europe/Berlin")
    assert (after["defaultTimezone"], after["queueSlots"]) == ("Europe/Berlin", [MONDAY])
