"""Bringing a database to the newest level of the one migration chain."""

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
# Any number will do, as long as every release uses the same one.
MIGRATION_LOCK_ID = 5_107_837


def alembic_config() -> "Config":
    """Alembic's configuration, with the chain's place and without an ini file."""
    # Slow to import, and needed by an upgrade alone.
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(VERSIONS.parent))
    return config


def head_revision() -> str:
    """The revision that this code expects: files of the chain begin with their revision."""
    return max(path.name[:4] for path in VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))


def database_revision(database: Database) -> str | None:
    """The revision that the database stands at; None for an empty one."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(database: Database) -> str | None:
    """Run what is missing of the chain, once however many processes ask; returns the level."""
    from alembic import command  # noqa: PLC0415

    config = alembic_config()
    with database.migration_transaction() as session:
        _lock_migrations(session)
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
    record_installation(database)
    return database_revision(database)


def _lock_migrations(session: Session) -> None:
    """Wait for any other process that upgrades. SQLite's writers are alone anyhow."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK_ID})"))


def record_installation(database: Database) -> None:
    """Give a new database its installation id, and note the zone data that it is used with."""
    with database.write() as session:
        _lock_migrations(session)
        if session.exec(select(Installation)).first() is None:
            session.add(
                Installation(tzdata_version=version("tzdata"), created_at=clock.now(session))
            )


def recorded_tzdata_version(database: Database) -> str | None:
    """The zone data's version that the slots were last planned with; None before the first."""
    with database.read() as session:
        return session.exec(select(Installation.tzdata_version)).first()


def record_tzdata_version(database: Database) -> None:
    """Note that every slot is planned with the zone data that is installed now."""
    with database.write() as session:
        installation = session.exec(select(Installation)).one()
        installation.tzdata_version = version("tzdata")
        session.add(installation)
