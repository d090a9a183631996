"""GET /metrics during failures: of the database, a provider, or a webhook."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from models.store import clock
from models.tables import CONNECTION, WEBHOOK_ENDPOINT
from tests.integration.api.test_metrics import sample, scraped
from tests.integration.live_server import OrganizationClient, run_api

HOUR = timedelta(hours=1)


def test_a_database_that_is_away_is_a_metric(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """200 with that metric alone, so that an alert can distinguish it from a web process that is
    down."""
    path = tmp_path / "slotbeat.db"
    with run_api(f"sqlite:///{path}") as api:
        api.database.close()
        for each in tmp_path.glob("slotbeat.db*"):
            each.unlink()
        path.mkdir()
        found = scraped(api)
    assert sample(found, "database_up") == 0
    assert len(found) == 1
    assert "does not answer" in caplog.text


def test_connections_that_cannot_be_worked_for_are_counted(
    any_organization: OrganizationClient,
) -> None:
    """Blocked until a future instant (not a past one), and refused."""
    states = [{"blocked_until": HOUR}, {"blocked_until": -HOUR}, {"refused_at": -HOUR}]
    counts = []
    for changes in states:
        with any_organization.api.database.write() as session:
            now = clock.now(session)
            values: dict[str, datetime | None] = {"blocked_until": None, "refused_at": None}
            values |= {name: now + after for name, after in changes.items()}
            session.connection().execute(update(CONNECTION).values(**values))
        found = scraped(any_organization.api)
        counts.append([sample(found, "connections", state=s) for s in ("blocked", "refused")])
    with any_organization.api.database.write() as session:
        session.connection().execute(update(CONNECTION).values(refused_at=None))
    assert [[bool(each) for each in both] for both in counts] == [
        [True, False], [False, False], [False, True],
    ]  # fmt: skip


def test_webhooks_that_were_switched_off_are_counted(any_organization: OrganizationClient) -> None:
    """Webhooks that were disabled automatically; not working ones."""
    assert sample(scraped(any_organization.api), "database_up") == 1
    made = any_organization.call("POST", "/webhooks", json={"url": "https://example.com/hook"})
    assert made.is_success, made.text
    before = sample(scraped(any_organization.api), "webhooks_switched_off") or 0
    with any_organization.api.database.write() as session:
        mine = WEBHOOK_ENDPOINT.c.organization_id == any_organization.id
        off = update(WEBHOOK_ENDPOINT).where(mine).values(disabled_reason="410", is_enabled=False)
        session.connection().execute(off)
    assert sample(scraped(any_organization.api), "webhooks_switched_off") == before + 1
