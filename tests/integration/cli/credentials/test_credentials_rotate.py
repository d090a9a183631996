"""`slotbeat credentials rotate`, and which keys can read the secrets before and after it."""

import secrets

from tests.integration.cli.credentials.test_credentials import BOTH, SET, shell
from tests.integration.cli.run_command import CommandResult, CommandRunner

__all__ = ["shell"]  # the fixture: a shell on each database

OLD, NEW = "s" * 64, secrets.token_hex(32)


def rotate(shell: CommandRunner, *arguments: str, **also: str) -> CommandResult:
    """The command's result, checked to contain no key."""
    result = shell.slotbeat("credentials", "rotate", *arguments, also=also)
    assert not [key for key in (OLD, NEW) if key in result.out + result.err]
    return result


def fingerprint(shell: CommandRunner, **also: str) -> str | None:
    """Of the organization's key; None where the stored credentials cannot be read."""
    shown = shell.slotbeat("credentials", "show", "--json", also=also).json["fingerprint"]
    return str(shown) if shown else None


def test_the_old_key_is_needed_until_the_rotation_is_done(shell: CommandRunner) -> None:
    """With both keys every secret can be read; after the rotation the new key is enough, and the
    old one reads nothing."""
    shell.slotbeat(*SET, stdin=BOTH)
    known = fingerprint(shell)
    assert known
    assert fingerprint(shell, SECRET_KEY=NEW) is None
    both = {"SECRET_KEY": NEW, "SECRET_KEY_PREVIOUS": f"{secrets.token_hex(8)}, {OLD}"}
    assert fingerprint(shell, **both) == known
    counted = {"renewed": 1, "current": 0, "unreadable": 0, "fingerprints": 0}
    assert rotate(shell, "--json", **both).json == counted
    assert rotate(shell, "--json", **both).json == {**counted, "renewed": 0, "current": 1}
    assert "0 secrets encrypted again, 1 already" in rotate(shell, **both).out
    assert fingerprint(shell, SECRET_KEY=NEW) == known
    assert fingerprint(shell) is None


def test_a_missing_key_is_named(shell: CommandRunner) -> None:
    """Without the key that encrypted them: exit code 1, their number, and the variable to set."""
    shell.slotbeat(*SET, stdin=BOTH)
    result = rotate(shell, SECRET_KEY=NEW)
    assert result.code == 1
    assert "1 secrets cannot be read" in result.errors
    assert "SLOTBEAT_SECRET_KEY_PREVIOUS" in result.errors
    assert fingerprint(shell)


def test_the_old_key_may_come_from_a_file(shell: CommandRunner) -> None:
    """A file like the key file beside an SQLite database."""
    shell.slotbeat(*SET, stdin=BOTH)
    (shell.cwd / "old.key").write_text(f"{OLD}\n")
    given = {"SECRET_KEY": NEW, "SECRET_KEY_PREVIOUS_FILE": str(shell.cwd / "old.key")}
    assert rotate(shell, "--json", **given).json["renewed"] == 1
