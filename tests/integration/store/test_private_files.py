"""The files of an installation on SQLite are their owner's alone, whatever the umask is."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database import Database
from models.migrate import upgrade
from tests.integration.scheduler.queue_factories import add_organization

FILES = ("slotbeat.db", "slotbeat.db-shm", "slotbeat.db-wal")


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    """The permissions of each file of a folder."""
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()}


def open_database(folder: Path) -> Database:
    """The database in a folder, which may be missing."""
    return Database(f"sqlite:///{folder / 'slotbeat.db'}")


def test_a_new_database_is_its_owners_alone(tmp_path: Path) -> None:
    """0600 for the file, its log and its shared memory, and 0700 for the folder."""
    folder = tmp_path / "var"
    database = open_database(folder)
    upgrade(database)
    assert modes(folder) == dict.fromkeys(FILES, 0o600)
    assert modes(tmp_path) == {"var": 0o700}
    database.close()


def test_an_older_database_is_closed_to_others(tmp_path: Path, sqlite_template: Path) -> None:
    """Files that others could read are tightened when a process opens them; the rest is kept."""
    (tmp_path / "slotbeat.db").write_bytes(sqlite_template.read_bytes())
    (tmp_path / "slotbeat.db").chmod(0o664)
    other = tmp_path / "notes.txt"
    other.touch(0o644)
    database = open_database(tmp_path)
    add_organization(database)
    assert modes(tmp_path) == {**dict.fromkeys(FILES, 0o600), "notes.txt": 0o644}
    database.close()


def test_an_open_log_of_an_older_database_is_closed_too(
    tmp_path: Path, sqlite_database: Database
) -> None:
    """The log and the shared memory that a running process of before has open."""
    add_organization(sqlite_database)
    for name in FILES:
        (tmp_path / name).chmod(0o644)
    again = open_database(tmp_path)
    add_organization(again)
    assert {name: modes(tmp_path)[name] for name in FILES} == dict.fromkeys(FILES, 0o600)
    again.close()


def test_a_file_of_another_owner_is_left_as_it_is(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever shares a database with another account decides about its rights."""
    path = tmp_path / "slotbeat.db"
    path.write_bytes(sqlite_template.read_bytes())
    path.chmod(0o660)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    database = open_database(tmp_path)
    add_organization(database)
    assert modes(tmp_path)["slotbeat.db"] == 0o660
    database.close()
