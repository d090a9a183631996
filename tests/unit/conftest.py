"""What several files of unit tests need."""

from collections.abc import Iterator

import pytest

from models.database import Database
from models.migrate import upgrade


@pytest.fixture(scope="session")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A SQLite database of the newest level. Use `read()`, which rolls back what was written."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('schema') / 'slotbeat.db'}")
    upgrade(database)
    yield database
    database.close()
