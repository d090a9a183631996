"""Migration 0002: a database of the first release keeps its rules, firings, seats and posts."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, text
from sqlmodel import SQLModel

from models.database import Database
from models.migrate import alembic_config, database_revision, head_revision
from scheduler.expand import expand_due_rules
from scheduler.recurrence.occurrences import Rule
from scheduler.recurrence.patterns import CronPattern
from tests.integration.scheduler.queue_factories import (
    LEAD,
    add_organization,
    database_now,
    queue_post,
    rule_near,
)

HOUR = timedelta(hours=1)


def migrate_to(database: Database, target: str) -> None:
    """Migrate up or down to a revision, and drop pooled connections with their cached plans."""
    config = alembic_config()
    with database.migration_transaction() as session:
        config.attributes["connection"] = session.connection()
        move = command.downgrade if target == "0001" else command.upgrade
        move(config, target)
    database.engine.dispose()
    assert database_revision(database) == target


def rows(database: Database, table: str, columns: str = "*") -> list[dict[str, Any]]:
    """A table's rows by plain SQL: the models describe another revision."""
    query = text(f"SELECT {columns} FROM {table} ORDER BY 1")  # noqa: S608  (fixed names)
    with database.read() as session:
        return [dict(row) for row in session.connection().execute(query).mappings()]


COMMON_COLUMNS = {
    "post": "id, status, caption, scheduled_for, local_at, timezone, opens_at",
    "seat": "id, organization_id, queue_slot_id, local_at, slot_at, number, post_id",
    "firing": "id, queue_slot_id, local_at, slot_at, fired_at",
    "social_settings": "organization_id, default_platforms, max_posts_per_slot, is_enabled",
    "queue_slot": "id, organization_id, timezone, has_own_zone, is_active, next_local_at, "
    "next_slot_at, next_fire_at",
}


def common_rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """The columns that both revisions have."""
    return {table: rows(database, table, columns) for table, columns in COMMON_COLUMNS.items()}


@pytest.fixture
def old_database(database: Database) -> Database:
    """Two rules, one of which has fired; two posts on seats and one in a backlog."""
    at = database_now(database)
    rules = [rule_near(at + HOUR, "Asia/Kathmandu"), rule_near(at + 50 * HOUR)]
    organization = add_organization(database, rules)
    for _ in range(2):
        assert queue_post(database, organization).status == "scheduled"
    queue_post(database, add_organization(database))
    assert expand_due_rules(database, LEAD) == 1
    return database


def test_down_and_up_keep_rules_seats_firings_and_posts(old_database: Database) -> None:
    """The weekly rules read as day and time below, as `rule` above, and nothing else changes."""
    before, texts = common_rows(old_database), rows(old_database, "queue_slot", "id, rule")
    migrate_to(old_database, "0001")
    assert common_rows(old_database) == before
    below = rows(old_database, "queue_slot", "id, day_of_week, time")
    assert [f"{row['day_of_week']} {row['time']}" for row in below] == [r["rule"] for r in texts]
    migrate_to(old_database, "0002")
    assert common_rows(old_database) == before
    assert rows(old_database, "queue_slot", "id, rule") == texts


def test_an_older_database_gets_its_rules_text_and_the_defaults(old_database: Database) -> None:
    """Rows written at 0001 come up with their canonical text and harmless values."""
    migrate_to(old_database, "0001")
    tables = MetaData()
    tables.reflect(old_database.engine)
    owner = rows(old_database, "seat", "organization_id")[0]["organization_id"]
    wall = datetime(2031, 1, 5, 0, 5)
    rule = {"organization_id": owner, "day_of_week": 0, "time": "00:05", "timezone": "UTC"}
    with old_database.write() as session:
        values = {**rule, "has_own_zone": False, "is_active": True, "next_local_at": wall}
        session.connection().execute(tables.tables["queue_slot"].insert().values(values))
    old_database.engine.dispose()
    migrate_to(old_database, "0002")
    newest = rows(old_database, "queue_slot")[-1]
    assert newest["rule"] == "0 00:05"
    assert (newest["gap_policy"], newest["overlap_policy"]) == ("forward", "first")
    settings = rows(old_database, "social_settings")[0]
    assert (settings["gap_policy"], settings["overlap_policy"]) == ("forward", "first")
    assert (settings["blackouts"], bool(settings["is_paused"])) == (None, False)
    assert {post["video_key"] for post in rows(old_database, "post")} == {None}


def test_a_rule_that_the_older_form_cannot_say_is_dropped_on_the_way_down(
    database: Database,
) -> None:
    """A cron rule goes with its firings and seats; the weekly rule beside it stays."""
    weekly_rule = rule_near(database_now(database) + 200 * HOUR)
    organization = add_organization(database, [Rule(CronPattern("* * * * *"), "UTC"), weekly_rule])
    queue_post(database, organization)
    expand_due_rules(database, LEAD)
    migrate_to(database, "0001")
    left = rows(database, "queue_slot", "id, day_of_week, time")
    assert [f"{row['day_of_week']} {row['time']}" for row in left] == [str(weekly_rule.pattern)]
    assert (rows(database, "firing"), rows(database, "seat")) == ([], [])
    migrate_to(database, "0002")


def test_up_down_up_ends_with_the_schema_of_the_models(old_database: Database) -> None:
    """After a round trip Alembic finds no difference, with rows in every table concerned."""
    migrate_to(old_database, "0001")
    migrate_to(old_database, head_revision())
    with old_database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
