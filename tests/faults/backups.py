"""Backs up and restores the database of a stack, as docs/operating.md says."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from tests.acceptance.stack import Stack
from tests.servers.binaries import postgres_binaries


def back_up(stack: Stack) -> Path:
    """A backup of the database, taken while everything runs."""
    path = stack.folder / "backup"
    if stack.is_distributed:
        _run_postgres("pg_dump", "--format=custom", f"--file={path}", _address(stack))
        return path
    # What `.backup` of the sqlite3 shell does.
    source, target = (sqlite3.connect(each) for each in (_sqlite_file(stack), path))
    with closing(source), closing(target):
        source.backup(target)
    return path


def restore(stack: Stack, backup: Path) -> None:
    """Replace the database by the backup, and make its posts reconcile. No process may run."""
    if stack.is_distributed:
        options = ("--clean", "--if-exists", "--no-owner", "--exit-on-error")
        _run_postgres("pg_restore", *options, "--dbname", _address(stack), str(backup))
    else:
        file = _sqlite_file(stack)
        for suffix in ("", "-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        file.write_bytes(backup.read_bytes())
    stack.command("db", "restored")


def _sqlite_file(stack: Stack) -> Path:
    return Path(stack.database_url.removeprefix("sqlite:///"))


def _address(stack: Stack) -> str:
    return stack.database_url.replace("+psycopg", "", 1)


def _run_postgres(program: str, *arguments: str) -> None:
    # The programs of the server itself: an older pg_dump refuses a newer server.
    path = postgres_binaries()[0] / program
    done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{program}: {done.stdout}\n{done.stderr}"
