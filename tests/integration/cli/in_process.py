"""Runs `slotbeat` inside the test's process: a process of its own needs two seconds of imports."""

import contextlib
import io
import logging
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

import cli.output
from cli.main import main
from models.database import Database


def run_in_process(
    arguments: Sequence[str], cwd: Path, environment: Mapping[str, str], stdin: bytes
) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `slotbeat …`, in this folder and environment."""
    out, err = io.StringIO(), io.StringIO()
    with (
        _environment(arguments, environment),
        contextlib.chdir(cwd),
        _patched_stdin(stdin),
        _close_databases(),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = _exit_code()
    return code, out.getvalue(), err.getvalue()


def _exit_code() -> int:
    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, str):  # as the interpreter does it
            sys.stderr.write(f"{ended.code}\n")
            return 1
        return ended.code or 0
    return 0


@contextlib.contextmanager
def _environment(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[None]:
    """The arguments, the whole environment, the terminal's width, and logging as at a start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["slotbeat", *arguments])
        for name in set(os.environ) - set(environment):
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        for console in (cli.output.console, cli.output.error_console):
            patch.setattr(console, "_width", int(environment["COLUMNS"]))
        patch.setattr(logging.root, "handlers", [])  # warnings go to stderr then
        yield


@contextlib.contextmanager
def _patched_stdin(content: bytes) -> Iterator[None]:
    """A standard input with a descriptor, as a command has that reads bytes."""
    with tempfile.TemporaryFile() as file, pytest.MonkeyPatch.context() as patch:
        file.write(content)
        file.seek(0)
        text = io.TextIOWrapper(file, encoding="utf-8")
        patch.setattr(sys, "stdin", text)
        yield
        text.detach()


@contextlib.contextmanager
def _close_databases() -> Iterator[None]:
    """Close the databases that a failed command leaves open; a real process closes them at exit."""
    opened: list[Database] = []
    opens = Database.__init__

    def remember(database: Database, url: str) -> None:
        opens(database, url)
        opened.append(database)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "__init__", remember)
        yield
    for database in opened:
        database.close()
