"""`slotbeat accounts connect` without a secret: the server's page shows a code."""

from collections.abc import Iterator

import pytest
import typer

from provider.registry import PROVIDERS
from tests.authnet import CODE, PASSWORD, Authnet
from tests.integration.cli.run_command import CommandResult, CommandRunner, sqlite_environment
from tests.testnet import NAME, PLATFORM


@pytest.fixture(scope="module")
def server() -> Iterator[Authnet]:
    """The network's server."""
    with Authnet().running() as running:
        yield running


@pytest.fixture
def network(server: Authnet) -> Authnet:
    """The network, where a person has allowed the access once."""
    server.codes = {CODE}
    return server


@pytest.fixture(scope="module")
def shell(server: Authnet, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandRunner]:
    """A folder with one organization, and the network in the registry."""
    folder = tmp_path_factory.mktemp("code")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(PROVIDERS, NAME, server.provider_type())
        made = sqlite_environment(folder, SECRET_KEY="s" * 64, ALLOW_PRIVATE_HOSTS="1")
        assert made.slotbeat("org", "create", "Acme").code == 0
        yield made
    stored = b"".join(path.read_bytes() for path in folder.rglob("*.db*"))
    assert PASSWORD.encode() not in stored


def connect(
    shell: CommandRunner, network: Authnet, *more: str, stdin: bytes = b"", **also: str
) -> CommandResult:
    """Connect at the network's server; the secrets are not shown."""
    words = ("accounts", "connect", PLATFORM, "--instance", network.host.url, *more)
    result = shell.slotbeat(*words, stdin=stdin, also=also)
    assert not any(secret in result.out + result.err for secret in (CODE, PASSWORD))
    return result


def ask_on_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: str) -> list[tuple[str, bool]]:
    """Answer every question so; returns the questions, and whether the answers are hidden."""
    asked = []

    def prompt(text: str, *, hide_input: bool, err: bool) -> str:
        assert err
        asked.append((text, hide_input))
        return answer

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr("cli.accounts.form_input.has_terminal", lambda: True)
    return asked


def test_a_person_at_a_terminal(
    shell: CommandRunner, network: Authnet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address of the server's page is printed whole, and the code is asked for, hidden."""
    asked = ask_on_a_terminal(monkeypatch, f" {CODE} ")
    done = connect(shell, network)
    assert (done.code, "Connected: alice@social.example" in done.out) == (0, True)
    assert f"{network.host.url}/authorize?redirect_uri=shown" in done.err.splitlines()
    assert asked == [("Code", True)]


def test_a_script_writes_the_code(shell: CommandRunner, network: Authnet) -> None:
    """stdout has the JSON document alone; a code works once."""
    words = ("--code-stdin", "--json")
    done = connect(shell, network, *words, stdin=f"{CODE}\n".encode())
    assert done.json["accounts"][0]["username"] == "alice@social.example"
    again = connect(shell, network, words[0], stdin=f"{CODE}\n".encode())
    assert (again.code, "does not accept the code" in again.errors) == (1, True)


def test_with_a_secret_there_is_no_code(shell: CommandRunner, network: Authnet) -> None:
    """The typed form is used, and no page is named."""
    done = connect(shell, network, "--password-stdin", stdin=b"a-token")
    assert (done.code, "/authorize" in done.err) == (0, False)


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ((), 2, "--password-file, --password-stdin, --code-stdin: one is required"),
        (("--code-stdin",), 2, "--code-stdin: must be one line"),
        (("--code-stdin", "--password-stdin"), 2, "--code-stdin: cannot be used with"),
        (("--instance", "http://127.0.0.1:9", "--code-stdin"), 1, "cannot be reached"),
        (("--instance", "a\x1bb", "--code-stdin"), 2, "--instance: must be one line"),
    ],
)
def test_errors_are_sentences(
    shell: CommandRunner, network: Authnet, more: tuple[str, ...], code: int, words: str
) -> None:
    """With the option that is wrong, and the exit code."""
    result = connect(shell, network, *more)
    assert (result.code, words in result.errors) == (code, True), result.err
    assert result.out == ""


def test_a_server_that_shows_no_code(
    shell: CommandRunner, network: Authnet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secret is asked for; where browsers can reach us, our page is named too."""
    monkeypatch.setattr(network, "gives_code", False)
    monkeypatch.setitem(PROVIDERS, NAME, network.provider_type())
    refused = connect(shell, network, "--code-stdin")
    assert (refused.code, "this network shows no code" in refused.errors) == (2, True)
    asked = ask_on_a_terminal(monkeypatch, "a-token")
    assert "/connect?token=" not in connect(shell, network).err
    done = connect(shell, network, PUBLIC_URL="https://slotbeat.example")
    assert (done.code, "https://slotbeat.example/connect?token=" in done.err) == (0, True)
    assert asked == [("Access token", True)] * 2
