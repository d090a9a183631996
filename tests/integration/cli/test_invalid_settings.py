"""Bad settings stop every start, naming the variable, without a traceback and without secrets."""

import os
from importlib import import_module
from pathlib import Path

import pytest

from tests.integration.cli.run_command import CommandRunner

COMMANDS = {"cli": ("org", "list"), "upgrade": ("db", "upgrade")}
MODULES = {"worker": "worker.app", "beat": "scheduler.app", "web": "api.main"}
STARTS = [*COMMANDS, *MODULES]
PROCESSES = {
    "cli": ["slotbeat", "org", "list"],
    "worker": ["celery", "-A", "worker.app", "worker", "--pool", "solo"],
    "beat": ["celery", "-A", "scheduler.app", "beat"],
    "web": ["uvicorn", "api.main:app", "--port", "0"],
}
POSTGRES = "postgresql://slotbeat:hunter2@127.0.0.1/slotbeat"
TICK = ({"TICK": "0"}, "SLOTBEAT_TICK")
NO_SECRET = ({"DATABASE_URL": POSTGRES}, "SLOTBEAT_SECRET_KEY")
NO_FOLDER = ({"DATABASE_URL": "sqlite:////dev/null/a.db"}, "SLOTBEAT_DATABASE_URL")
BAD = [(TICK, start) for start in STARTS]
BAD += [(NO_SECRET, start) for start in ("cli", "worker", "web")]
NO_KEYS = ({"PROVIDER": "swonkie"}, "SLOTBEAT_SWONKIE_API_KEY")
BAD += [(NO_KEYS, start) for start in ("cli", "worker")]
BAD += [(NO_FOLDER, start) for start in STARTS]
NO_STORAGE = ({"MEDIA_STORAGE": "/dev/null/files"}, "SLOTBEAT_MEDIA_STORAGE")
NO_S3_KEYS = ({"MEDIA_STORAGE": "s3://files"}, "SLOTBEAT_MEDIA_S3_SECRET_ACCESS_KEY")
BAD += [(NO_STORAGE, start) for start in ("worker", "web")]
BAD += [(NO_S3_KEYS, start) for start in STARTS]


def start(shell: CommandRunner, name: str, also: dict[str, str]) -> tuple[int | str | None, str]:
    """Exit code and words of a start in this process: of a command, or of an entry point's app."""
    if name in COMMANDS:
        result = shell.slotbeat(*COMMANDS[name], also=also)
        return result.code, result.out + result.err
    with pytest.MonkeyPatch.context() as patch:
        environment = shell.environment(also)
        for variable in set(os.environ) - set(environment):
            patch.delenv(variable)
        for variable, value in environment.items():
            patch.setenv(variable, value)
        with pytest.raises(SystemExit) as ended:
            _ = import_module(MODULES[name]).app
    return 1, str(ended.value.code)


@pytest.mark.parametrize(("bad", "name"), BAD, ids=[f"{bad[1]}-{name}" for bad, name in BAD])
def test_a_bad_variable_stops_the_start(
    shell: CommandRunner, bad: tuple[dict[str, str], str], name: str
) -> None:
    """The start ends at once, says which variable is wrong, and shows no secret."""
    variables, variable = bad
    # No server is at this broker's address: only the settings can end the start so early.
    code, words = start(shell, name, {"BROKER_URL": "redis://127.0.0.1:1/0", **variables})
    assert code != 0
    assert variable in words
    assert "hunter2" not in words


@pytest.mark.parametrize("name", PROCESSES)
def test_a_bad_variable_ends_a_real_process(shell: CommandRunner, name: str) -> None:
    """As a process too: no traceback, a code that is not 0, and the variable on stderr."""
    also = {"BROKER_URL": "redis://127.0.0.1:1/0", "TICK": "0"}
    result = shell.run(*PROCESSES[name], also=also)
    assert result.code != 0
    assert "SLOTBEAT_TICK" in result.err


@pytest.mark.parametrize("name", ["worker", "beat"])
def test_a_separate_process_needs_a_shared_broker(shell: CommandRunner, name: str) -> None:
    """With the memory broker a separate worker or beat would wait for ever: the start fails."""
    code, words = start(shell, name, {})
    assert code != 0
    assert "SLOTBEAT_BROKER_URL" in words
    assert "slotbeat up" in words


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    """Without any variable a command works, with its database in `var/`."""
    result = CommandRunner(tmp_path).slotbeat("org", "create", "A")
    assert (result.code, result.err) == (0, "")
    assert (tmp_path / "var" / "slotbeat.db").is_file()


def test_an_empty_variable_counts_as_unset(shell: CommandRunner) -> None:
    """Compose files and CI pass optional variables as empty texts."""
    empty = {"SWONKIE_BASE_URL": "", "ADMIN_TOKEN": "", "SECRET_KEY": ""}
    result = shell.slotbeat("org", "create", "A", also=empty)
    assert (result.code, result.err) == (0, "")
