"""`slotbeat db`: bringing a database to the newest level."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from models.database import Database
from models.migrate import database_revision, head_revision
from tests.integration.cli.run_command import CommandRunner
from tests.servers.postgres import Postgres

AT_ONCE = 4


def test_an_upgrade_may_be_repeated(shell: CommandRunner) -> None:
    """The first upgrade makes the tables, the second changes nothing, and data stays."""
    first = shell.slotbeat("db", "upgrade", "--json")
    assert (first.code, first.json) == (0, {"level": head_revision()})
    id_ = shell.slotbeat("org", "create", "A", "--json").json["id"]
    again = shell.slotbeat("db", "upgrade")
    assert (again.code, again.err) == (0, "")
    assert str(head_revision()) in again.out
    organizations = shell.slotbeat("org", "list", "--json").json["organizations"]
    assert [each["id"] for each in organizations] == [id_]


@pytest.mark.servers  # many processes
def test_a_new_database_is_named(shell: CommandRunner) -> None:
    """In the wrong folder, an upgrade says that it has made another installation there."""
    made, again = (shell.slotbeat("db", "upgrade").out for _ in range(2))
    assert "A new, empty database was made: " in made
    assert "new" not in again


def test_upgrades_at_once_on_sqlite_all_succeed(shell: CommandRunner) -> None:
    """Processes that start together on an empty file all end well, at the newest level."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [
            pool.submit(shell.run, "slotbeat", "db", "upgrade", "--json") for _ in range(AT_ONCE)
        ]
    assert [run.result().code for run in runs] == [0] * AT_ONCE, [run.result().err for run in runs]
    assert {run.result().json["level"] for run in runs} == {head_revision()}


@pytest.mark.servers  # many processes
def test_organizations_at_once_on_an_empty_file(shell: CommandRunner) -> None:
    """Commands that each upgrade a new file at the same time agree on one secret key."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [pool.submit(shell.run, "slotbeat", "org", "create", str(n)) for n in range(AT_ONCE)]
    assert [run.result().code for run in runs] == [0] * AT_ONCE, [run.result().err for run in runs]
    listed = shell.slotbeat("org", "list", "--json").json["organizations"]
    assert sorted(each["name"] for each in listed) == ["0", "1", "2", "3"]


def test_postgresql_is_upgraded_on_request_only(shell: CommandRunner, postgres_url: str) -> None:
    """On PostgreSQL other commands name `db upgrade`; two of those at once both succeed."""
    shell.variables |= {"DATABASE_URL": postgres_url, "SECRET_KEY": "s" * 64}
    early = shell.slotbeat("org", "create", "A")
    assert (early.code, early.out) == (1, "")
    assert "slotbeat db upgrade" in early.errors
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(shell.run, "slotbeat", "db", "upgrade") for _ in range(2)]
    assert [run.result().code for run in runs] == [0, 0], [run.result().err for run in runs]
    database = Database(postgres_url)
    assert database_revision(database) == head_revision()
    database.close()
    assert shell.slotbeat("org", "create", "A").code == 0


def test_a_database_that_is_away_is_named(shell: CommandRunner, postgres_server: Postgres) -> None:
    """Without a server every command ends with one sentence that shows no password."""
    gone = postgres_server.url("nothing_here").replace("@", ":hunter2@")
    shell.variables |= {"DATABASE_URL": gone, "SECRET_KEY": "s" * 64}
    for command in ("db upgrade", "org list", "posts list"):
        result = shell.slotbeat(*command.split())
        assert (result.code, result.out) == (1, "")
        assert "the database does not answer" in result.errors
        assert "hunter2" not in result.err


def test_a_file_that_is_no_database_is_named(shell: CommandRunner) -> None:
    """A text file in the database's place is an error, and stays as it was."""
    file = shell.cwd / "slotbeat.db"
    file.write_text("This is somebody's diary.\n" * 100)
    result = shell.slotbeat("db", "upgrade")
    assert (result.code, result.out) == (1, "")
    assert "not a database" in result.errors
    assert file.read_text().startswith("This is somebody's diary.")
