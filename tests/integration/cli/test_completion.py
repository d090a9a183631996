"""Shell completion: the installed scripts, and what slotbeat offers to them."""

import subprocess

import pytest

from tests.integration.cli.in_process import run_in_process
from tests.integration.cli.run_command import BIN, CommandRunner

# As bash does it on a press of Tab.
PRESS = """
eval "$(_SLOTBEAT_COMPLETE=source_bash slotbeat)"
press() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _slotbeat_completion slotbeat; }
press slotbeat cal; printf '%s ' "${COMPREPLY[@]}"
"""


def test_bash_completes_a_command(shell: CommandRunner) -> None:
    """The script, run by a real bash, calls slotbeat and gets the commands that fit."""
    environment = shell.environment()
    environment["PATH"] = f"{BIN}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", PRESS], env=environment, capture_output=True, cwd=shell.cwd, check=True
    )
    assert (done.stdout.split(), done.stderr) == ([b"calendar"], b"")


def offered(shell: CommandRunner, name: str, *words: str) -> str:
    """What slotbeat offers to a shell of this name after these words."""
    line = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    line |= {"_TYPER_COMPLETE_ARGS": " ".join(words), "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    environment = {**shell.environment(), **line, "_SLOTBEAT_COMPLETE": f"complete_{name}"}
    code, out, err = run_in_process([], shell.cwd, environment, b"")
    assert (code, err) == (0, "")
    return out


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_commands_options_and_values_are_offered(shell: CommandRunner, name: str) -> None:
    """At every depth of the commands, in every shell; nothing is opened for it."""
    assert "credentials" in offered(shell, name, "slotbeat", "c")
    assert "replan" in offered(shell, name, "slotbeat", "slots", "")
    assert "--dry-run" in offered(shell, name, "slotbeat", "slots", "replan", "--d")
    assert "missed" in offered(shell, name, "slotbeat", "posts", "list", "--status", "m")
    assert "youtube" in offered(shell, name, "slotbeat", "posts", "list", "--platform", "y")
    assert list(shell.cwd.iterdir()) == []
