"""`python -m simulator --network bluesky`, and a sandbox that is stopped for a while."""

import sys
from pathlib import Path

import httpx
import pytest

from simulator.bluesky import BlueskySandbox
from tests.bluesky.pds_client import PdsClient
from tests.bluesky.wire_outcomes import Writer
from tests.processes import Process

COMMAND = [sys.executable, "-m", "simulator", "--network", "bluesky", "--port"]


def test_a_process_with_an_account(tmp_path: Path) -> None:
    """It prints its address, has the account of its options, and stops on SIGTERM."""
    arguments = ["0", "--account", "alice.test", "app-password", "--write-limit", "2", "60"]
    with Process([*COMMAND, *arguments], tmp_path / "log") as process:
        url = process.wait_for_line("listening on ").rpartition(" ")[2]
        body = {"identifier": "alice.test", "password": "app-password"}
        with PdsClient(url) as client:
            session = client.procedure("server.createSession", body=body).json()
            assert session["handle"] == "alice.test"
            document = httpx.get(f"{url}/{session['did']}").json()
            port = url.rpartition(":")[2]
            assert document["service"][0]["serviceEndpoint"] == f"http://localhost:{port}"
        process.terminate()
        assert process.wait() == 0
        assert "app-password" not in process.output()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["0", "--faults", "3"], "faults must be between 0 and 1"),
        (["0", "--processing", "3"], "unrecognized arguments: --processing"),
    ],
)
def test_bad_flags_end_it_at_once(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    """Exit status 2 and a message that names the flag."""
    with Process([*COMMAND, *arguments], tmp_path / "log") as process:
        assert process.wait() == 2
        assert sentence in process.output()


def test_a_stopped_sandbox_comes_back_with_all_that_it_had(
    sandbox: BlueskySandbox, own_writer: Writer
) -> None:
    """On the same port, as after an outage."""
    rkey, url = own_writer.put_new(), sandbox.url
    sandbox.stop()
    with pytest.raises(httpx.TransportError):
        own_writer.get(rkey)
    sandbox.start()
    assert sandbox.url == url
    assert own_writer.get(rkey).status_code == 200
