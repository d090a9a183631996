"""How commands end: one sentence, no traceback, and the same exit codes everywhere."""

import sqlite3
import subprocess
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from cli.errors import explain_error
from models.database import Database
from models.encryption import Cipher, WrongSecretKey
from tests.integration.cli.run_command import BIN, CommandRunner
from tests.integration.scheduler.queue_factories import add_organization, queue_post


def test_a_closed_pipe_is_no_error(shell: CommandRunner, sqlite_database: Database) -> None:
    """`posts list --json | head -1` of a long list: no traceback, and nothing on stderr."""
    owner = add_organization(sqlite_database)
    for number in range(8):
        queue_post(sqlite_database, owner, f"{number}")
    with sqlite_database.write() as session:  # rows longer than any pipe
        session.connection().exec_driver_sql(
            "UPDATE post SET reason = replace(hex(zeroblob(60000)), '00', 'why ')"
        )
    line = f"set -o pipefail; {BIN / 'slotbeat'} posts list --json | head -1"
    command = ["bash", "-c", line]
    done = subprocess.run(
        command, env=shell.environment(), cwd=shell.cwd, capture_output=True, check=False
    )
    assert (done.stdout, done.stderr, done.returncode) == (b"{\n", b"", 1)


def test_a_full_disk_is_named(shell: CommandRunner) -> None:
    """If the output cannot be written: exit code 1, and the system's message on stderr."""
    assert shell.slotbeat("db", "upgrade").code == 0
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [BIN / "slotbeat", "org", "list", "--json"],
            env=shell.environment(), cwd=shell.cwd, stdout=full, stderr=subprocess.PIPE,
            check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_interruption_ends_quietly(
    shell: CommandRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while a command works: exit code 130, and no traceback."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.bootstrap.open_database", interrupt)
    result = shell.slotbeat("org", "list", "--json")
    assert (result.code, result.out, result.err) == (130, "", "")


def test_a_database_that_cannot_be_written(shell: CommandRunner, sqlite_database: Database) -> None:
    """SQLite's message about a full disk or a read-only file, with a hint."""
    for pragma, said in (
        ("max_page_count = 1", "free some space"),
        ("query_only = ON", "writable"),
    ):
        with sqlite_database.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA {pragma}")
            with pytest.raises(OperationalError) as caught:
                connection.exec_driver_sql("CREATE TABLE more AS SELECT zeroblob(100000) AS x")
            connection.invalidate()
        sentence, code = explain_error(caught.value) or ("", 0)
        assert (code, said in sentence, "\n" in sentence) == (1, True, False), sentence
    assert shell.slotbeat("org", "list").code == 0


def test_a_folder_that_cannot_be_written() -> None:
    """The default folder is where not even root may write: a sentence names it."""
    result = CommandRunner(Path("/proc")).slotbeat("org", "create", "A")
    assert result.code == 2
    assert "SLOTBEAT_DATABASE_URL: cannot keep var/slotbeat.db.key" in result.errors


def test_a_folder_name_that_is_taken_by_a_file(tmp_path: Path) -> None:
    """`var` is a file: the error names the variable with the path of the database."""
    (tmp_path / "var").write_text("mine")
    result = CommandRunner(tmp_path).slotbeat("org", "list", "--json")
    assert (result.code, result.err) == (2, "")
    assert "SLOTBEAT_DATABASE_URL" in result.json["error"]


def test_another_secret_key_is_named() -> None:
    """If secrets were encrypted with another key: exit code 2, and the variable to set."""
    with pytest.raises(WrongSecretKey) as caught:
        Cipher("another").decrypt(Cipher("secret").encrypt("a link"))
    sentence, code = explain_error(caught.value) or ("", 0)
    assert (code, "SLOTBEAT_SECRET_KEY_PREVIOUS" in sentence) == (2, True)


def test_a_bug_is_not_explained() -> None:
    """An unexpected error is not hidden behind a sentence."""
    assert explain_error(KeyError("x")) is None
    assert explain_error(ZeroDivisionError()) is None


def test_a_message_of_the_driver_is_one_line() -> None:
    """Line breaks in a driver's message become spaces."""
    error = OperationalError("SELECT 1", {}, sqlite3.OperationalError("no\n\tway"))
    assert explain_error(error) == ("the database does not answer: no way", 1)
