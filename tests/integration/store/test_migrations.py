"""The migration chain: both ways, and to exactly the schema that the models describe."""

import threading
from concurrent.futures import ThreadPoolExecutor

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import Session, SQLModel, select

from models.database import Database
from models.migrate import (
    alembic_config,
    database_revision,
    head_revision,
    record_installation,
    upgrade,
)
from models.organizations import Installation
from tests.integration.store.row_factories import add_post


def migrate(database: Database, target: str) -> None:
    """Migrate up or down to a revision."""
    config = alembic_config()
    with database.migration_transaction() as session:
        config.attributes["connection"] = session.connection()
        go = command.downgrade if target == "base" else command.upgrade
        go(config, target)


def schema(database: Database) -> dict[str, set[str]]:
    """The columns and indexes of every table."""
    with database.engine.connect() as connection:
        inspector = inspect(connection)
        return {
            table: {column["name"] for column in inspector.get_columns(table)}
            | {f"index {index['name']}" for index in inspector.get_indexes(table)}
            for table in inspector.get_table_names()
        }


def installation(session: Session) -> Installation:
    """The row of the installation."""
    return session.exec(select(Installation)).one()


def test_the_chain_runs_up_down_and_up_again(database: Database) -> None:
    """From head to an empty database and back: nothing is left behind and nothing is missing."""
    assert database_revision(database) == head_revision()
    before = schema(database)
    migrate(database, "base")
    assert database_revision(database) is None
    assert set(schema(database)) <= {"alembic_version"}
    migrate(database, "head")
    assert database_revision(database) == head_revision()
    assert schema(database) == before


def test_the_migrated_schema_is_what_the_models_say(database: Database) -> None:
    """Alembic finds no difference: tables, columns, types, indexes, constraints."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_an_upgrade_of_the_newest_database_changes_nothing(database: Database) -> None:
    """Every start may ask for it: rows stay, and the installation keeps its id."""
    post = add_post(database)
    with database.read() as session:
        before = installation(session).id
    assert upgrade(database) == head_revision()
    with database.read() as session:
        assert installation(session).id == before
        found = session.connection().execute(text("SELECT id FROM post")).scalars().all()
    assert found == [post.id]


def test_several_processes_may_upgrade_at_once(database: Database) -> None:
    """A release with many replicas: one runs the chain, the others wait, one installation."""
    migrate(database, "base")
    barrier = threading.Barrier(4)

    def start(_: int) -> str | None:
        replica = Database(database.url.render_as_string(hide_password=False))
        try:
            barrier.wait()
            return upgrade(replica)
        finally:
            replica.close()

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(start, range(4))) == {head_revision()}
    with database.read() as session:
        installation(session)


def test_several_processes_record_one_installation(database: Database) -> None:
    """Two would be fatal: every snapshot of a post reads the one id."""
    barrier = threading.Barrier(4)

    def record(_: int) -> None:
        barrier.wait()
        record_installation(database)

    for _ in range(10):
        with database.write() as session:
            session.delete(installation(session))
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(record, range(4)))
        with database.read() as session:
            installation(session)
