"""Runs the Alembic migrations; records the installation id and the tzdata version."""

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlmodel import Session, select

import models.tables  # noqa: F401  (fills the metadata)
from models.database import Database
from models.organizations import Installation
from models.store import clock

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS = Path(__file__).parent / "migrations" / "versions"
# An arbitrary number; every release must use the same one.
MIGRATION_LOCK_ID = 5_107_837


def alembic_config() -> "Config":
    """Alembic's configuration with the script location, without an ini file."""
    # Slow to import, and only an upgrade needs it.
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    return config


def head_revision() -> str:
    """The revision that this code expects, from the names of the migration files."""
    return max(path.name[:4] for path in VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))


def database_revision(database: Database) -> str | None:
    """The current revision of the database; None for an empty one."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(database: Database) -> str | None:
    """Run the missing migrations; returns the revision. Safe to call in many processes at once."""
    from alembic import command  # noqa: PLC0415

    config = alembic_config()
    with database.migration_transaction() as session:
        _lock_migrations(session)
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
    record_installation(database)
    return database_revision(database)


def _lock_migrations(session: Session) -> None:
    """Wait for another process that migrates. SQLite allows one writer anyway."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK_ID})"))


def record_installation(database: Database) -> None:
    """Give a new database its installation id, with the version of the installed tzdata."""
    with database.write() as session:
        _lock_migrations(session)
        if session.exec(select(Installation)).first() is None:
            session.add(
                Installation(tzdata_version=version("tzdata"), created_at=clock.now(session))
            )


def recorded_tzdata_version(database: Database) -> str | None:
    """The tzdata version that the slots were last planned with; None before the first upgrade."""
    with database.read() as session:
        return session.exec(select(Installation.tzdata_version)).first()


def record_tzdata_version(database: Database) -> None:
    """Record that every slot is planned with the installed tzdata."""
    with database.write() as session:
        installation = session.exec(select(Installation)).one()
        installation.tzdata_version = version("tzdata")
        session.add(installation)
