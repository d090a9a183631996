"""The fixture `schema`: a SQLite database that unit tests share and never change."""

from collections.abc import Iterator

import pytest

from models.database import Database
from models.migrate import upgrade


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A SQLite database with all migrations. Use `read()`: it rolls back every write."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('schema') / 'slotbeat.db'}")
    upgrade(database)
    yield database
    database.close()
