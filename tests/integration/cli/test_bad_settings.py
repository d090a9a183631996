"""Bad settings stop every start, naming the variable, without a traceback and without secrets."""

from pathlib import Path

import pytest

from tests.integration.cli.command import Shell

WORKER = ["celery", "-A", "worker.app", "worker", "--pool", "solo"]
BEAT = ["celery", "-A", "scheduler.app", "beat"]
WEB = ["uvicorn", "api.main:app", "--port", "0"]
STARTS = {
    "cli": ["slotbeat", "org", "list"],
    "upgrade": ["slotbeat", "db", "upgrade"],
    "worker": WORKER,
    "beat": BEAT,
    "web": WEB,
}
POSTGRES = "postgresql://slotbeat:hunter2@127.0.0.1/slotbeat"
TICK = ({"TICK": "0"}, "SLOTBEAT_TICK")
NO_SECRET = ({"DATABASE_URL": POSTGRES}, "SLOTBEAT_SECRET_KEY")
NO_FOLDER = ({"DATABASE_URL": "sqlite:////dev/null/a.db"}, "SLOTBEAT_DATABASE_URL")
BAD = [(TICK, start) for start in STARTS]
BAD += [(NO_SECRET, "cli"), (NO_SECRET, "worker")]
BAD += [(NO_FOLDER, start) for start in STARTS]


@pytest.mark.parametrize(("bad", "start"), BAD, ids=[f"{bad[1]}-{start}" for bad, start in BAD])
def test_a_bad_variable_stops_the_start(
    shell: Shell, bad: tuple[dict[str, str], str], start: str
) -> None:
    """The process ends at once, says which variable is wrong, and shows no secret."""
    variables, name = bad
    # A broker that nobody reaches: only the settings can end the process so early.
    also = {"BROKER_URL": "redis://127.0.0.1:1/0", **variables}
    result = shell.run(*STARTS[start], also=also)
    assert result.code != 0
    assert name in result.err
    assert "hunter2" not in result.err + result.out


@pytest.mark.parametrize("start", ["worker", "beat"])
def test_a_process_of_its_own_needs_a_broker_that_others_reach(shell: Shell, start: str) -> None:
    """With the memory broker a worker or a beat by itself would wait for ever: it says so."""
    result = shell.run(*STARTS[start])
    assert result.code != 0
    assert "SLOTBEAT_BROKER_URL" in result.err
    assert "slotbeat up" in result.err


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    """Without any variable a command works, with its database in `var/`."""
    result = Shell(tmp_path).slotbeat("org", "list")
    assert (result.code, result.err) == (0, "")
    assert (tmp_path / "var" / "slotbeat.db").is_file()


def test_a_variable_that_is_set_to_nothing_is_as_good_as_unset(shell: Shell) -> None:
    """Compose files and CI hand optional variables on as empty texts."""
    empty = {"SWONKIE_BASE_URL": "", "ADMIN_TOKEN": "", "SECRET_KEY": ""}
    result = shell.slotbeat("org", "list", also=empty)
    assert (result.code, result.err) == (0, "")
