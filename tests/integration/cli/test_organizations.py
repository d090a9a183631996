"""`slotbeat org`: organizations and their keys."""

import os
import subprocess
from pathlib import Path

import httpx

from cli.all_in_one import listen
from services.public_urls import API_PREFIX
from tests.integration.cli.run_command import BIN, CommandRunner
from tests.processes import Process

NAME = "Lantern & Loaf 🏮 [bold]x[/bold] \\[y]"


def test_an_organization_is_created_and_listed(shell: CommandRunner) -> None:
    """`org create` prints id and key, once; `org list` shows the name just as it was written."""
    created = shell.slotbeat("org", "create", NAME)
    id_, key = (created.out.split("\n")[line].split()[-1] for line in (0, 1))
    assert (created.code, len(id_), key[:3]) == (0, 32, "sb_")
    other = shell.slotbeat("org", "create", "  Second  ", "--json").json
    assert set(other) == {"id", "name", "apiKey"}
    listed = shell.slotbeat("org", "list", "--json")
    found = [(each["id"], each["name"], each["status"]) for each in listed.json["organizations"]]
    assert found == [(id_, NAME, "enabled"), (other["id"], "Second", "enabled")]
    table = shell.slotbeat("org", "list").out
    assert NAME in table
    assert id_ in table
    assert key not in listed.out + table


def test_the_key_that_was_printed_opens_the_api(shell: CommandRunner) -> None:
    """A key from `org create --json` is accepted by `uvicorn api.main:app`; a wrong one is not."""
    key = shell.slotbeat("org", "create", "A", "--json").json["apiKey"]
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
    command: list[str | Path] = [BIN / "uvicorn", "api.main:app", "--port", str(port)]
    log = shell.cwd / "web.log"
    with Process(command, log, env=shell.environment(), cwd=shell.cwd) as web:
        web.wait_for_line("Uvicorn running")
        url = f"http://127.0.0.1:{port}{API_PREFIX}/settings"
        right = httpx.get(url, headers={"Authorization": f"Bearer {key}"})
        wrong = httpx.get(url, headers={"Authorization": f"Bearer {key}x"})
        assert (right.status_code, wrong.status_code) == (200, 401)
        assert key not in web.output()
        web.terminate()
        assert web.wait() in (0, -15)


def test_a_blank_name_is_refused(shell: CommandRunner) -> None:
    """A name of spaces is an error that names the argument, in JSON where that was asked for."""
    result = shell.slotbeat("org", "create", " ")
    assert (result.code, result.out) == (2, "")
    assert "NAME" in result.err
    as_json = shell.slotbeat("org", "create", " ", "--json")
    assert as_json.code == 2
    assert "NAME" in as_json.json["error"]


def test_a_name_that_is_not_utf8_is_refused(shell: CommandRunner) -> None:
    """Bytes that are no text end with a sentence, not with a traceback."""
    done = subprocess.run(
        [os.fsencode(BIN / "slotbeat"), b"org", b"create", b"caf\xe9"],
        env=shell.environment(),
        cwd=shell.cwd,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"UTF-8" in done.stderr


def test_an_organization_is_renamed_and_switched_off_and_on(shell: CommandRunner) -> None:
    """Each command names the organization by id or name, and prints its new state."""
    id_ = shell.slotbeat("org", "create", "Old", "--json").json["id"]
    renamed = shell.slotbeat("org", "rename", "Old", "New", "--json").json
    assert (renamed["id"], renamed["name"], renamed["status"]) == (id_, "New", "enabled")
    assert shell.slotbeat("org", "disable", "New").out == f"New ({id_}): disabled\n"
    shown = shell.slotbeat("org", "show", id_, "--json").json
    assert (shown["status"], shown["mayGoOut"], shown["mayGoOutPosts"]) == ("disabled", 0, [])
    assert shown["disabledAt"] is not None
    refused = shell.slotbeat("posts", "publish", "--caption", "A", "--platform", "x")
    assert refused.code != 0
    assert shell.slotbeat("org", "enable", "New", "--json").json["status"] == "enabled"
    assert "--org: there is no organization 'Old'" in shell.slotbeat("org", "show", "Old").errors
    assert shell.slotbeat("org", "rename", "New", " ").code == 1


def test_a_deletion_asks_for_the_name(shell: CommandRunner) -> None:
    """Without the name, or with a wrong one, nothing happens; with it the deletion begins, and the
    organization cannot be switched on again."""
    shell.slotbeat("org", "create", "A")
    for arguments in ([], ["--name", "B"]):
        refused = shell.slotbeat("org", "delete", "A", *arguments)
        assert (refused.code, "--name" in refused.err) == (2, True)
    assert shell.slotbeat("org", "show", "A", "--json").json["status"] == "enabled"
    begun = shell.slotbeat("org", "delete", "A", "--name", "A", "--json").json
    assert (begun["status"], begun["deletionAt"] is None) == ("deleting", False)
    assert "being deleted" in shell.slotbeat("org", "enable", "A").err
    shell.slotbeat("org", "create", "C")
    assert shell.slotbeat("org", "delete", "C", "--yes", "--json").json["status"] == "deleting"


def test_it_is_known_who_switched_it_off(shell: CommandRunner) -> None:
    """The state names the command line, until the organization is on again."""
    shell.slotbeat("org", "create", "A")
    assert shell.slotbeat("org", "disable", "A", "--json").json["disabledBy"] == "the command line"
    assert shell.slotbeat("org", "enable", "A", "--json").json["disabledBy"] is None
