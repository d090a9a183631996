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
    expected = [{"id": id_, "name": NAME}, {"id": other["id"], "name": "Second"}]
    assert listed.json == {"organizations": expected}
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
