"""Runs the tutorial's commands in order and compares their output with the page."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copytree
from typing import Self

import pytest

from config.settings import PREFIX
from simulator import Options, Simulator
from tests.paths import ROOT
from tests.processes import Process
from tests.servers.ports import free_port
from tests.wait import wait_until

PAGE = ROOT / "docs" / "tutorial.md"
BIN = Path(sys.executable).parent
FENCE = re.compile(r"^```(bash|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# The page's first terminal: `first_terminal` runs these, or they are done already.
FIRST_TERMINAL_BLOCKS = ("make install\nsource .venv/bin/activate\n", "slotbeat up\n")
END = "-- end of the block --"
# Parts of the page's outputs that differ from run to run.
VARIES = (r"sb_[\w-]+", r"\b[0-9a-f]{32}\b", r"127\.0\.0\.1:\d+", r"level \d+", r"@\S+ \(\d+ s")


class Terminal:
    """One bash session: exported variables stay set."""

    def __init__(self, cwd: Path, env: dict[str, str]) -> None:
        self._bash = subprocess.Popen(
            ["bash", "--norc"],
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bash.communicate(timeout=10)

    def paste(self, block: str) -> str:
        """Run a block; returns what it wrote to stdout and stderr."""
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(f"{block}\nprintf '\\n%s\\n' '{END}'\n")
        self._bash.stdin.flush()
        return "".join(iter(self._bash.stdout.readline, f"{END}\n"))


class TutorialRunner:
    """Follows the page: pastes each block, compares its output, and fills in the API key and the
    post id that earlier blocks printed."""

    def __init__(self, terminal: Terminal, port: int) -> None:
        self._terminal, self._port = terminal, port
        self._known = {"sb_...": "", "ID": ""}
        self._block = ""
        self.output = ""

    def paste(self, written: str) -> None:
        """Run one block of the page."""
        self._block = re.sub(r"sb_\.\.\.|\bID\b", lambda place: self._known[place[0]], written)
        for here, there in ((":8000", f":{self._port}"), ("source .venv/bin/activate", ":")):
            self._block = self._block.replace(here, there)
        self.output = self._terminal.paste(self._block)
        for name, kind in (("sb_...", r"sb_[\w-]+"), ("ID", r"\b01[0-9a-f]{30}\b")):
            self._known[name] = [self._known[name], *re.findall(kind, self.output)][-1]

    def compare(self, shown: str) -> None:
        """Assert that the last block printed what the page shows. The accounts appear after some
        seconds, as the page says."""
        if "connectedAccounts" in self._block:
            wait_until(self._repeated(shown), what="the accounts")
        assert missing(shown, self.output) == [], self.output

    def _repeated(self, shown: str) -> Callable[[], bool]:
        def again() -> bool:
            if missing(shown, self.output):
                self.output = self._terminal.paste(self._block)
            return not missing(shown, self.output)

        return again


@contextmanager
def first_terminal(cwd: Path, env: dict[str, str], port: int) -> Iterator[str]:
    """Run `slotbeat up` on another port; yields what it printed."""
    command: list[str | Path] = [BIN / "slotbeat", "up", "--port", str(port)]
    process = Process(command, log=cwd / "up.log", env=env, cwd=cwd)
    try:
        process.wait_for_line("Slotbeat listens on")
        yield process.output()
    finally:
        process.end()


def missing(shown: str, output: str) -> list[str]:
    """The lines of an output on the page that were not printed; what varies is ignored."""
    printed = plain(output)
    return [line for line in plain(shown).splitlines() if line not in printed]


def plain(text: str) -> str:
    """A text without the parts that vary."""
    return re.sub("|".join(VARIES), "…", text)


@pytest.mark.servers  # many processes
def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    """Every command, run in order in one shell, prints what the page shows below it."""
    copytree(ROOT / "examples", tmp_path / "examples")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    # A simulator on a port of its own: another process may use the usual one.
    with Simulator(Options(port=0)) as simulator:
        own = {"PATH": f"{BIN}:{kept['PATH']}", "COLUMNS": "200"}
        env = {**kept, **own, f"{PREFIX}SWONKIE_BASE_URL": simulator.base_url}
        port = free_port()
        with first_terminal(tmp_path, env, port) as first_output, Terminal(tmp_path, env) as second:
            reader = TutorialRunner(second, port)
            for kind, written in FENCE.findall(PAGE.read_text()):
                if written in FIRST_TERMINAL_BLOCKS:
                    reader.output = first_output
                elif kind == "bash":
                    reader.paste(written)
                else:
                    reader.compare(written)
