"""During a rolling upgrade the processes of the old version work with the tables of the new one."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from models.database import Database
from models.migrate import alembic_config

# Nobody runs these versions side by side.
LAST_BEFORE_THE_FIRST_RELEASE: Final = "0020"
BEFORE_THE_FIRST_RELEASE: Final = frozenset(
    {"0002", "0004", "0005", "0010", "0011", "0014", "0015", "0016", "0018", "0020"}
)
# Later ones with which only the new version works: all processes must be stopped. Name each in
# docs/operating.md, section Upgrade.
NEEDS_A_STOP: Final[frozenset[str]] = frozenset()
RULE = "rule"


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[Database]:
    """A database without tables. PostgreSQL gets the same ones."""
    database = Database(f"sqlite:///{tmp_path}/empty.db")
    yield database
    database.close()


def test_a_migration_only_adds(empty_database: Database) -> None:
    """Nothing is dropped or renamed, and what is new in a table that was there is nullable or has a
    default and breaks no row of the old version, so that its statements succeed. The next release
    may take away what this one does not use any more."""
    script = ScriptDirectory.from_config(alembic_config())
    revisions = [each.revision for each in reversed(list(script.walk_revisions()))]
    problems: dict[str, list[str]] = {}
    before = facts(empty_database)
    for revision in revisions:
        upgrade_to(empty_database, revision)
        after = facts(empty_database)
        problems[revision], before = incompatibilities(before, after), after
    found = {revision: problem for revision, problem in problems.items() if problem}
    assert found.keys() == BEFORE_THE_FIRST_RELEASE | NEEDS_A_STOP, found
    assert min(NEEDS_A_STOP, default="9999") > LAST_BEFORE_THE_FIRST_RELEASE


def upgrade_to(database: Database, revision: str) -> None:
    """Upgrade the database to this revision."""
    config = alembic_config()
    with database.migration_transaction() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, revision)


def facts(database: Database) -> dict[str, str]:
    """What a process relies on: each table and each column with its type. And the rules that a row
    must obey which it writes."""
    found: dict[str, str] = {}
    with database.engine.connect() as connection:
        inspector = inspect(connection)
        for table in inspector.get_table_names():
            found[table] = "table"
            for column in inspector.get_columns(table):
                found[f"{table}.{column['name']}"] = str(column["type"])
                if not column["nullable"] and column["default"] is None:
                    found[f"{table}.{column['name']} must be written"] = RULE
            unique = [each["column_names"] for each in inspector.get_unique_constraints(table)]
            indexes = (each for each in inspector.get_indexes(table) if each["unique"])
            for columns in (*unique, *(each["column_names"] for each in indexes)):
                found[f"{table} has unique {columns}"] = RULE
    return found


def incompatibilities(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What the old version cannot live with: something is gone or has another type, or there is a
    new rule for a table that it writes."""
    tables = {name for name, kind in before.items() if kind == "table"}
    kept = {name: kind for name, kind in before.items() if kind != RULE}
    new_rules = {name for name, kind in after.items() if kind == RULE} - before.keys()
    return [
        *(f"{name}: {kind} is {after.get(name)}" for name, kind in kept.items()
          if after.get(name) != kind),
        *(rule for rule in new_rules if rule.partition(" ")[0].partition(".")[0] in tables),
    ]  # fmt: skip
