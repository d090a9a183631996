"""`slotbeat accounts`: connect, list and disconnect; the app password is never shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from models.database import Database
from models.store import clock
from models.store.tenants import connections
from provider.registry import PROVIDERS
from tests.integration.cli.run_command import CommandResult, CommandRunner, sqlite_environment
from tests.integration.cli.test_doctor import findings
from tests.testnet import NAME, PASSWORD, PLATFORM, REFUSED, Testnet

CONNECT = ("accounts", "connect", PLATFORM, "--handle", "alice", "--password-stdin")
STDIN = f"{PASSWORD}\n".encode()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CommandRunner]:
    """A folder with one organization, and the test network in the registry."""
    monkeypatch.setitem(PROVIDERS, NAME, Testnet().provider_type())
    made = sqlite_environment(tmp_path, SECRET_KEY="s" * 64)
    assert made.slotbeat("org", "create", "Acme").code == 0
    yield made
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*.db*"))
    assert PASSWORD.encode() not in stored


def clear(result: CommandResult) -> CommandResult:
    """The result, checked not to contain the app password."""
    assert PASSWORD not in result.out + result.err
    return result


def test_an_account_is_connected_listed_and_disconnected(shell: CommandRunner) -> None:
    """With JSON and without; a repetition gives the same account."""
    done = clear(shell.slotbeat(*CONNECT, "--json", stdin=STDIN))
    (account,) = done.json["accounts"]
    assert done.json["connectionId"]
    listed = shell.slotbeat("accounts", "list", "--json").json["accounts"]
    assert listed == [account]
    del account["accountId"]
    assert account == {
        "platform": PLATFORM,
        "name": "Alice",
        "username": "alice",
        "state": "ok",
        "reason": None,
        "provider": NAME,
        "address": "https://testnet.example",
        "isOwn": True,
        "isDefault": True,
    }
    assert "Connected: alice on threads" in clear(shell.slotbeat(*CONNECT, stdin=STDIN)).out
    table = shell.slotbeat("accounts", "list").out
    assert "testnet at testnet.example" in table
    gone = shell.slotbeat("accounts", "disconnect", "alice")
    assert (gone.code, "Disconnected: alice on threads" in gone.out) == (0, True)
    (left,) = shell.slotbeat("accounts", "list", "--json").json["accounts"]
    assert left["state"] == "disconnected"


def test_the_password_from_a_file(shell: CommandRunner) -> None:
    """The line end does not count."""
    path = shell.cwd / "alice.password"
    path.write_text(f"{PASSWORD}\r\n")
    words = ("accounts", "connect", PLATFORM, "--handle", "alice", "--password-file")
    assert clear(shell.slotbeat(*words, path)).code == 0


def test_prompts_for_what_was_not_given(
    shell: CommandRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handle openly, the password hidden, what is optional not at all."""
    asked = []

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        asked.append((text, hide_input, err))
        return PASSWORD if hide_input else "alice"

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr("cli.accounts.form_input.has_terminal", lambda: True)
    assert clear(shell.slotbeat("accounts", "connect", PLATFORM)).code == 0
    assert asked == [("Handle", False, True), ("App password", True, True)]


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "words"),
    [
        (CONNECT, b"wrong\n", 1, REFUSED),
        (CONNECT, b"", 2, "--password-stdin: must be one line"),
        (CONNECT, b"one\ntwo\n", 2, "--password-stdin: must be one line"),
        (CONNECT, b"\xff\xfe", 2, "--password-stdin: must be text"),
        ((*CONNECT, "--password-file", "x"), STDIN, 2, "cannot be used with --password-file"),
        (("accounts", "connect", PLATFORM, "--password-stdin"), STDIN, 2, "--handle: is required"),
        (CONNECT[:-1], b"", 2, "--password-file, --password-stdin: is required"),
        ((*CONNECT[:-1], "--password-file", "none"), b"", 2, "cannot read none"),
        (("accounts", "connect", "x"), b"", 2, "PLATFORM: must be a network"),
        ((*CONNECT, "--service", "http://127.0.0.1:9"), STDIN, 1, "must have a public address"),
        ((*CONNECT[:4], "a\x1bb", CONNECT[5]), STDIN, 2, "--handle: must be one line"),
        (("accounts", "disconnect", "nobody"), b"", 1, "there is no account 'nobody'"),
    ],
)
def test_errors_are_sentences(
    shell: CommandRunner, arguments: tuple[str, ...], stdin: bytes, code: int, words: str
) -> None:
    """With the option that is wrong and the exit code; nothing is connected."""
    result = clear(shell.slotbeat(*arguments, stdin=stdin))
    assert (result.code, words in result.errors) == (code, True), result.err
    assert "wrong" not in result.err
    assert shell.slotbeat("accounts", "list", "--json").json == {"accounts": []}


def test_private_servers_are_allowed_by_the_setting(shell: CommandRunner) -> None:
    """Then the server is called, and says that it is none."""
    also = {"ALLOW_PRIVATE_HOSTS": "1"}
    words = (*CONNECT, "--service", "http://127.0.0.1:9")
    result = shell.slotbeat(*words, stdin=STDIN, also=also)
    assert "cannot be reached" in result.errors
    assert "public" not in result.errors


def test_doctor_tries_every_connection(shell: CommandRunner) -> None:
    """It asks the provider, and names the command that connects a refused account again."""
    shell.slotbeat(*CONNECT, stdin=STDIN)
    ok, words = findings(shell)["connections"]
    assert ok is False
    assert "Acme: testnet: refused (Testnet refuses the app password)" in words
    assert f"slotbeat accounts connect {PLATFORM} --org " in words


def test_doctor_on_a_provider_that_answers(
    shell: CommandRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A connection whose accounts can be listed is well, whatever was stored before; an account
    that needs attention is named."""
    network = Testnet(answers=True)
    monkeypatch.setitem(PROVIDERS, NAME, network.provider_type())
    shell.slotbeat(*CONNECT, stdin=STDIN)
    database = Database(shell.variables["DATABASE_URL"])
    with database.write() as session:
        for each in connections.list_connections(session):
            if each.organization_id:
                connections.record_refusal(session, each.id, clock.now(session))
    database.close()
    ok, words = findings(shell)["connections"]
    assert (ok, "Acme: testnet: ok" in words) == (True, True)
    network.status_level = "TAKENDOWN"
    ok, words = findings(shell)["connections"]
    assert (ok, "alice is TAKENDOWN" in words) == (False, True)
