"""An organization that has no row of settings yet."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from models.tables import SETTINGS
from services.public_urls import API_PREFIX
from tests.integration.live_server import OPERATOR, OrganizationClient

DEFAULTS = {
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


@pytest.fixture
def without_settings(any_organization: OrganizationClient) -> OrganizationClient:
    """An organization without settings."""
    with any_organization.api.database.write() as session:
        gone = delete(SETTINGS).where(SETTINGS.c.organization_id == any_organization.id)
        session.connection().execute(gone)
    return any_organization


def rows(organization: OrganizationClient) -> int:
    """How many rows of settings it has."""
    query = select(func.count()).where(SETTINGS.c.organization_id == organization.id)
    with organization.api.database.read() as session:
        return int(session.connection().execute(query).scalar_one())


def test_reading_shows_the_defaults(without_settings: OrganizationClient) -> None:
    """The document of the contract, and no slots; reading writes nothing."""
    assert without_settings.get("/settings") == DEFAULTS
    assert without_settings.get("/next-slot") == {
        "timezone": "UTC",
        "nextSlot": None,
        "nextSlots": [],
    }
    assert rows(without_settings) == 0


def test_the_operator_may_name_it(without_settings: OrganizationClient) -> None:
    """The organization exists even without settings."""
    answer = without_settings.api.http.get(
        f"{API_PREFIX}/settings",
        params={"organizationId": without_settings.id},
        headers={"Authorization": f"Bearer {OPERATOR}"},
    )
    assert answer.json() == DEFAULTS


def test_writing_makes_the_row_once(without_settings: OrganizationClient) -> None:
    """Concurrent writes all take effect, and make one row."""
    fields: list[dict[str, Any]] = [
        {"maxShortsPerWeek": 7},
        {"approveApiPosts": True},
        {"maxPostsPerSlot": 3},
    ]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda each: without_settings.put_settings(**each), fields * 2))
    assert len(answers) == 6
    assert rows(without_settings) == 1
    changed = {name: value for each in fields for name, value in each.items()}
    assert without_settings.get("/settings") == {**DEFAULTS, **changed}


def test_publishing_needs_no_settings(without_settings: OrganizationClient) -> None:
    """The post is accepted under the defaults."""
    assert without_settings.publish(publishMode="next_slot")["socialPost"]["status"] == "backlog"
    assert without_settings.call("POST", "/queue/pause").status_code == 200
