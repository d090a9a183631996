"""`slotbeat credentials`: set, show and remove; the keys are never shown."""

import hashlib
from pathlib import Path

import httpx
import pytest
from sqlmodel import select

from models.accounts import Connection
from models.database import Database
from simulator import Options, Simulator
from tests.integration.cli.run_command import CommandResult, CommandRunner, sqlite_environment
from tests.integration.cli.test_doctor import findings

ID, PRIMARY, SECONDARY = "acme-4711", "primary-key-in-clear", "secondary-key-in-clear"
BOTH = f"{PRIMARY}\n{SECONDARY}\n".encode()
SET = ("credentials", "set", "--api-id", ID, "--key-file", "-")
TEXT = "postType,caption,platforms\ntext,Hello,x\n"


@pytest.fixture(params=["sqlite", "postgres"])
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> CommandRunner:
    """A folder with one organization, its database a file there or on PostgreSQL."""
    made = sqlite_environment(tmp_path, SECRET_KEY="s" * 64)
    if request.param == "postgres":
        url = request.getfixturevalue("postgres_database").url
        made.variables["DATABASE_URL"] = url.render_as_string(hide_password=False)
    assert made.slotbeat("org", "create", "A").code == 0
    return made


def clear(result: CommandResult) -> CommandResult:
    """The result, checked to contain neither a key nor the id."""
    for secret in (ID, PRIMARY, SECONDARY):
        assert secret not in result.out + result.err
    return result


def test_they_are_set_shown_and_removed(shell: CommandRunner) -> None:
    """`show` prints the source, a fingerprint that anyone with the key can compute, and the state;
    after `remove` the environment's credentials are used."""
    done = clear(shell.slotbeat(*SET, "--json", stdin=BOTH))
    assert (done.code, done.json["unfinishedElsewhere"]) == (0, 0)
    shown = clear(shell.slotbeat("credentials", "show", "--json")).json
    digest = hashlib.sha256(PRIMARY.encode()).hexdigest()
    assert (shown["source"], shown["apiId"], shown["secondary"]) == ("own", "ac…11", True)
    assert digest.startswith(shown["fingerprint"])
    assert (shown["state"], shown["refusedAt"]) == ("unchecked", None)
    assert shown["fingerprint"] in clear(shell.slotbeat("credentials", "show")).out
    clear(shell.slotbeat(*SET, stdin=PRIMARY.encode()))
    again = shell.slotbeat("credentials", "show", "--json").json
    assert (again["connectionId"], again["secondary"]) == (shown["connectionId"], False)
    assert shell.slotbeat("credentials", "remove", "--json").json["removed"]
    assert shell.slotbeat("credentials", "show", "--json").json["source"] == "environment"
    none = shell.slotbeat("credentials", "remove")
    assert (none.code, "no credentials" in none.errors) == (1, True)


def test_the_environments_are_the_default(shell: CommandRunner) -> None:
    """For an organization without its own credentials, the environment's are shown, masked."""
    also = {"SWONKIE_API_ID": ID, "SWONKIE_API_KEY": PRIMARY}
    also["SWONKIE_API_KEY_SECONDARY"] = SECONDARY
    shown = clear(shell.slotbeat("credentials", "show", "--json", also=also)).json
    assert (shown["source"], shown["secondary"], shown["apiId"]) == ("environment", True, "ac…11")


def test_nothing_in_the_database_can_be_read(shell: CommandRunner) -> None:
    """The plain texts are in no column, and in no byte of the SQLite file."""
    shell.slotbeat(*SET, stdin=BOTH)
    database = Database(shell.variables["DATABASE_URL"])
    with database.read() as session:
        encrypted = [each.credentials or "" for each in session.exec(select(Connection))]
    database.close()
    stored = "".join(encrypted).encode()
    stored += b"".join(path.read_bytes() for path in shell.cwd.iterdir())
    assert any(encrypted)
    assert not [text for text in (ID, PRIMARY, SECONDARY) if text.encode() in stored]


def test_unfinished_posts_are_counted(shell: CommandRunner) -> None:
    """`set` prints how many posts stay with the old connection; `remove` refuses while unfinished
    posts need the credentials, unless --force is given."""
    file = shell.cwd / "a.csv"
    file.write_text(TEXT)
    shell.slotbeat("posts", "import", file)
    assert "1 unfinished posts stay" in shell.slotbeat(*SET, stdin=BOTH).out
    file.write_text(TEXT.replace("Hello", "Again"))
    shell.slotbeat("posts", "import", file)
    refused = shell.slotbeat("credentials", "remove")
    assert (refused.code, refused.out) == (1, "")
    assert "1 unfinished posts need" in refused.errors
    assert shell.slotbeat("credentials", "remove", "--force").code == 0


@pytest.mark.parametrize(
    ("arguments", "stdin", "option"),
    [
        (["--api-id", ID], b"", "--key-file"),
        (["--key-file", "-"], BOTH, "--api-id"),
        (["--api-id", ID, "--key-file", "-"], b"", "--key-file"),
        (["--api-id", ID, "--key-file", "-"], BOTH + b"third", "--key-file"),
        (["--api-id", ID, "--key-file", "-"], b"primary key", "--key-file"),
        (["--api-id", "ä", "--key-file", "-"], BOTH, "--api-id"),
        (["--api-id", ID, "--key-file", "nowhere"], BOTH, "--key-file"),
        (["--api-id", ID, "--key-file", "."], BOTH, "--key-file"),
        (["--api-id", ID, "--key-file", "-", "--org", "nobody"], BOTH, "--org"),
    ],
)
def test_wrong_usage_is_named_without_the_secret(
    shell: CommandRunner, arguments: list[str], stdin: bytes, option: str
) -> None:
    """The wrong option, an exit code, nothing on stdout, and nothing of the input."""
    result = clear(shell.slotbeat("credentials", "set", *arguments, stdin=stdin))
    assert (result.code in (1, 2), result.out) == (True, "")
    assert option in result.errors


def test_the_doctor_names_refused_connections(shell: CommandRunner) -> None:
    """It tries each connection; one that is refused fails the check and prints the fix."""
    with Simulator(Options()) as simulator:
        shell.variables["SWONKIE_BASE_URL"] = simulator.base_url
        shell.slotbeat(*SET, stdin=BOTH)
        assert findings(shell)["connections"] == (True, "the environment: unchecked; A: ok")
        for key in (PRIMARY, SECONDARY):
            address = f"{simulator.origin}/_simulator/keys"
            httpx.request("DELETE", address, json={"key": key}).raise_for_status()
        ok, words = findings(shell)["connections"]
    assert (ok, "A: refused" in words) == (False, True)
    assert "slotbeat credentials set --org" in words
    assert shell.slotbeat("credentials", "show", "--json").json["state"] == "refused"
