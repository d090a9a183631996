"""The simulator as a process: killed and restarted with the same state, and stopped."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.processes import Process
from tests.simulator.test_publishing import SimulatorClient, instant, quote_id
from tests.wait import wait_until


@contextmanager
def process(folder: Path, *flags: str) -> Iterator[tuple[Process, SimulatorClient]]:
    """`python -m simulator` with its state in the folder, and a client of it."""
    state = str(folder / "s.sqlite")
    command = [sys.executable, "-m", "simulator", "--port", "0", "--state", state]
    with Process([*command, *flags], folder / "simulator.log") as started:
        line = started.wait_for_line("simulator listening on")
        found = re.fullmatch(r"simulator listening on (http://127\.0\.0\.1:\d+)/v2", line)
        assert found
        with httpx.Client(timeout=10) as http:
            yield started, SimulatorClient(http, found[1])


def test_a_killed_simulator_forgets_nothing(tmp_path: Path) -> None:
    """After a kill -9, media, posts, ledger and the signed URL are unchanged."""
    with process(tmp_path, "--publishing", "0") as (simulator, client):
        media, url = client.ready_media(), client.initiate()["uploadUrl"]
        published = client.create(briefing={"markdown": "one"})
        client.stage(published, "publishNow")
        before = client.wait_for_stage(published, "PUBLISHED")
        ledger = client.admin_state("ledger")
        simulator.kill()
    with process(tmp_path) as (_, client):
        assert client.media_status(media) == "SUCCESS"
        assert client.post(published) == before
        assert client.admin_state("ledger") == ledger
        new_home = url.replace(
            httpx.URL(url).netloc.decode(), httpx.URL(client.origin).netloc.decode()
        )
        assert client.put(new_home, b"bytes").status_code == 201


def test_a_restarted_simulator_catches_up(tmp_path: Path) -> None:
    """A due post and one that was PUBLISHING are published once each after the restart."""
    with process(tmp_path, "--publishing", "60") as (simulator, client):
        due = client.create(publishAt=instant(3), briefing={"markdown": "due"})
        assert client.stage(due, "schedule").status_code == 200
        leaving = client.create(briefing={"markdown": "leaving"})
        assert client.stage(leaving, "publishNow").status_code == 200
        simulator.kill()
    passed = instant(3)
    wait_until(lambda: instant(0) > passed)
    with process(tmp_path, "--publishing", "0.05") as (_, client):
        for post_id in (due, leaving):
            client.wait_for_stage(post_id, "PUBLISHED")
        markers = [row["marker"] for row in client.admin_state("ledger")["publications"]]
        assert sorted(markers) == ["due", "leaving"]
        assert client.call("DELETE", f"posts/{quote_id(due)}").status_code == 200


def test_sigterm_stops_it_cleanly(tmp_path: Path) -> None:
    """Exit status 0; its output is one line, without a key."""
    with process(tmp_path) as (simulator, client):
        client.create()
        client.inject_fault(call="get_post", kind="lost_answer")
        simulator.terminate()
        assert simulator.wait(timeout=15) == 0
        assert simulator.output().count("\n") == 1


def test_bad_flags_end_it_at_once(tmp_path: Path) -> None:
    """Exit status 2 and a message that names the flag, before anything is opened."""
    command = [sys.executable, "-m", "simulator", "--port", "0", "--faults", "3"]
    with Process(command, tmp_path / "log") as simulator:
        assert simulator.wait() == 2
        assert "faults must be between 0 and 1" in simulator.output()
