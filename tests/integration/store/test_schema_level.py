"""A process that starts on the tables of another version."""

import pytest
from sqlalchemy import text

from models import schema_level
from models.database import Database
from models.migrate import head_revision


def set_level(database: Database, level: str) -> str:
    """Say that the tables are at this level; the database's address."""
    with database.write() as session:
        statement = text("UPDATE alembic_version SET version_num = :level")
        session.connection().execute(statement, {"level": level})
    return database.url.render_as_string(hide_password=False)


def test_older_tables_stop_the_start(database: Database) -> None:
    """The release step was not run: every statement about a new column would fail."""
    with pytest.raises(SystemExit, match=r"level 0001, .* run slotbeat db upgrade"):
        schema_level.check_or_exit(set_level(database, "0001"))


def test_newer_tables_are_announced(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    """During a rolling upgrade a process may be restarted with the old version: it works."""
    schema_level.check_or_exit(set_level(database, head_revision()))
    assert not caplog.records
    schema_level.check_or_exit(set_level(database, "9999"))
    assert "the database is at level 9999, and this version knows" in caplog.text


def test_a_database_that_is_away_stops_no_start(caplog: pytest.LogCaptureFixture) -> None:
    """The process starts, and waits for the database."""
    schema_level.check_or_exit("postgresql+psycopg://slotbeat@127.0.0.1:1/slotbeat")
    assert "the database does not answer" in caplog.text
