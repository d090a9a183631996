"""`slotbeat doctor`: exit 1, and what is missing by name."""

import pytest

from simulator import Options, Simulator
from tests.integration.cli.command import Shell
from tests.servers import free_port


def findings(shell: Shell, **also: str) -> dict[str, tuple[bool, str]]:
    """What the doctor says: whether each check is well, and its message."""
    result = shell.slotbeat("doctor", "--json", also=also)
    found = {each["check"]: (each["ok"], each["message"]) for each in result.json["checks"]}
    assert result.code == (0 if all(ok for ok, _ in found.values()) else 1)
    return found


def test_an_empty_machine_is_told_what_is_missing(shell: Shell) -> None:
    """Before anything was started: the level, the processes and the provider are missing."""
    url = f"http://127.0.0.1:{free_port()}/v2"
    found = findings(shell, SWONKIE_BASE_URL=url)
    assert {check for check, (ok, _) in found.items() if ok} == {
        "settings",
        "zone database",
        "broker",
        "files",
        "workspaces",
    }
    assert "slotbeat db upgrade" in found["database"][1]
    assert url in found["provider"][1]


def test_only_the_processes_are_missing_beside_a_provider(shell: Shell) -> None:
    """With a migrated database and a simulator, beat and worker are what is missing."""
    shell.slotbeat("db", "upgrade")
    with Simulator(Options()) as simulator:
        shell.variables["SWONKIE_BASE_URL"] = simulator.base_url
        found = findings(shell)
        text = shell.slotbeat("doctor")
    missing = {check: message for check, (ok, message) in found.items() if not ok}
    assert list(missing) == ["beat and workers"]
    assert "no beat" in missing["beat and workers"]
    assert "no worker" in missing["beat and workers"]
    assert text.code == 1
    assert [line[:22] for line in text.out.splitlines() if line.startswith("FAIL")] == [
        "FAIL beat and workers:"
    ]


@pytest.mark.parametrize(
    ("variables", "check", "said"),
    [
        ({"BROKER_URL": "redis://127.0.0.1:{}/0"}, "broker", "cannot be reached"),
        ({"BROKER_URL": "amqp://127.0.0.1:{}//"}, "broker", "cannot be reached"),
        ({"DATABASE_URL": "postgresql://a:hunter2@127.0.0.1:{}/a"}, "database", "does not answer"),
        ({"DATABASE_URL": "sqlite:////dev/null/a.db"}, "settings", "SLOTBEAT_DATABASE_URL"),
        ({"SWONKIE_BASE_URL": "http://[::1"}, "provider", ""),
        ({"MEDIA_STORAGE": "/dev/null/a"}, "files", "SLOTBEAT_MEDIA_STORAGE: cannot keep files"),
        ({"TICK": "0"}, "settings", "SLOTBEAT_TICK"),
        ({"TOCK": "1"}, "settings", "did you mean SLOTBEAT_TICK?"),
    ],
)
def test_what_is_wrong_is_one_finding(
    shell: Shell, variables: dict[str, str], check: str, said: str
) -> None:
    """Each thing that is wrong is a finding with its mend, and shows no password."""
    closed = {name: value.format(free_port()) for name, value in variables.items()}
    found = findings(shell, SECRET_KEY="s" * 64, **closed)
    ok, message = found[check]
    assert not ok
    assert said in message
    assert "hunter2" not in str(found)
