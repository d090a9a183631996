"""Runs the `slotbeat` command: in this process, which is quick, or in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from config.settings import PREFIX
from tests.integration.cli.in_process import run_in_process

BIN = Path(sys.executable).parent
Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a command wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Json:
        """The one JSON document on stdout."""
        return json.loads(self.out)

    @property
    def errors(self) -> str:
        """stderr as one line: a terminal's width may break sentences anywhere."""
        return " ".join(self.err.split())


@dataclass(slots=True)
class CommandRunner:
    """A folder to work in, and its SLOTBEAT_ variables; those of the machine are not used."""

    cwd: Path
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self, also: Mapping[str, str] | None = None) -> dict[str, str]:
        """The whole environment of a command; terminals 200 wide, so that tables stay whole."""
        others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        given = {PREFIX + name: value for name, value in {**self.variables, **(also or {})}.items()}
        return {**others, **given, "COLUMNS": "200"}

    def slotbeat(
        self, *arguments: str | Path, stdin: bytes = b"", also: Mapping[str, str] | None = None
    ) -> CommandResult:
        """Run a command of slotbeat to its end in this process, with `also` as more variables.

        An error that the command does not explain is raised in the test.
        """
        words = [str(argument) for argument in arguments]
        return _check_result(
            CommandResult(*run_in_process(words, self.cwd, self.environment(also), stdin))
        )

    def run(
        self,
        program: str,
        *arguments: str | Path,
        stdin: bytes = b"",
        also: Mapping[str, str] | None = None,
    ) -> CommandResult:
        """Run one of our programs to its end, as a process. None may end with a traceback."""
        done = subprocess.run(
            [BIN / program, *arguments],
            cwd=self.cwd,
            env=self.environment(also),
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        return _check_result(
            CommandResult(done.returncode, done.stdout.decode(), done.stderr.decode())
        )


def _check_result(result: CommandResult) -> CommandResult:
    assert "Traceback" not in result.err + result.out, result.err
    return result


def sqlite_environment(folder: Path, **variables: str) -> CommandRunner:
    """A shell in a folder, with its database in a file there."""
    return CommandRunner(
        folder, {"DATABASE_URL": f"sqlite:///{folder / 'slotbeat.db'}", **variables}
    )
