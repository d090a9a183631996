"""Every fault over real HTTP: what the client gets, and what the call really did."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

from simulator import Options, Simulator
from tests.simulator.test_publishing import SimulatorClient, quote_id, read_errors, run_simulator
from tests.wait import wait_until


def test_a_rate_limit_says_when_to_come_back() -> None:
    """429 with Retry-After in seconds or as a date; no effect, and the next call succeeds."""
    with run_simulator() as client:
        body = client.body()
        client.inject_fault(call="create_post", kind="rate_limit", seconds=7)
        client.inject_fault(call="create_post", kind="rate_limit", seconds=7, httpDate=True)
        answer = client.call("POST", "posts", json=body)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
        answer = client.call("POST", "posts", json=body)
        then = parsedate_to_datetime(answer.headers["Retry-After"])
        assert 4 < (then - datetime.now(UTC)).total_seconds() <= 7
        assert client.admin_state("posts")["posts"] == []
        assert client.call("POST", "posts", json=body).status_code == 201


def test_a_server_error_comes_before_the_act() -> None:
    """500, and no post."""
    with run_simulator() as client:
        body = client.body()
        client.inject_fault(call="create_post", kind="server_error")
        assert client.call("POST", "posts", json=body).status_code == 500
        assert client.admin_state("posts")["posts"] == []


def test_a_lost_answer_comes_after_the_act() -> None:
    """The connection is cut without a byte, but the post exists: a blind retry would double it."""
    with run_simulator() as client:
        body = client.body(briefing={"markdown": "m"})
        client.inject_fault(call="create_post", kind="lost_answer")
        with pytest.raises(httpx.RemoteProtocolError):
            client.call("POST", "posts", json=body)
        (post,) = client.ok("GET", "posts")["data"]
        assert post["briefing"] == {"markdown": "m"}
        client.inject_fault(call="stage_post", kind="lost_answer")
        with pytest.raises(httpx.RemoteProtocolError):
            client.stage(post["id"], "publishNow")
        client.wait_for_stage(post["id"], "PUBLISHED")


def test_a_lost_answer_of_an_upload_kept_the_bytes() -> None:
    """The PUT seems to fail, but the confirm succeeds."""
    with run_simulator() as client:
        media = client.initiate()
        client.inject_fault(call="put_blob", kind="lost_answer")
        with pytest.raises(httpx.RemoteProtocolError):
            client.put(media["uploadUrl"], b"bytes")
        assert client.ok("PATCH", f"media/{quote_id(media['id'])}")["status"] == "SUCCESS"


def test_a_hanging_call_is_silent_then_cut() -> None:
    """No answer for the given time, then a closed connection; no effect."""
    with run_simulator(Options(hang=0.2)) as client:
        body = client.body()
        client.inject_fault(call="create_post", kind="hang")
        begin = time.monotonic()
        with pytest.raises(httpx.RemoteProtocolError):
            client.call("POST", "posts", json=body)
        assert time.monotonic() - begin >= 0.19
        client.inject_fault(call="create_post", kind="hang", seconds=60)
        with pytest.raises(httpx.ReadTimeout):
            client.call("POST", "posts", json=body, timeout=0.1)
        assert client.admin_state("posts")["posts"] == []


def test_a_simulator_stops_although_a_call_hangs() -> None:
    """Stopping does not wait for a hanging call."""
    with run_simulator() as client:
        client.inject_fault(call="list_profiles", kind="hang", seconds=600)
        with pytest.raises(httpx.ReadTimeout):
            client.call("GET", "profiles", timeout=0.1)
        begin = time.monotonic()
    assert time.monotonic() - begin < 10


def test_a_media_error_shows_after_the_confirm() -> None:
    """The confirm succeeds, the media ends in ERROR, and no post can use it."""
    with run_simulator() as client:
        media = client.initiate()
        client.put(media["uploadUrl"], b"bytes")
        client.inject_fault(call="confirm_media", kind="media_error")
        client.ok("PATCH", f"media/{quote_id(media['id'])}")
        assert client.media_status(media["id"]) == "ERROR"
        medias = [{"mediaFiles": [{"mediaLibId": media["id"]}]}]
        answer = client.call("POST", "posts", json=client.body(type="MEDIA", medias=medias))
        assert read_errors(answer) == ["medias[0].mediaFiles[0].mediaLibId"]


def test_an_expired_url_is_refused_and_a_new_one_works() -> None:
    """403 at once; a new initiate gives a valid URL."""
    with run_simulator() as client:
        client.inject_fault(call="initiate_media", kind="expired_url")
        assert client.put(client.initiate()["uploadUrl"], b"x").status_code == 403
        assert client.put(client.initiate()["uploadUrl"], b"x").status_code == 201


def test_an_outage_takes_everything_down_and_ends() -> None:
    """503 on API and blob host until it ends; the admin calls still work."""
    with run_simulator() as client:
        url = client.initiate()["uploadUrl"]
        client.inject_fault(kind="outage", seconds=1.5)
        assert client.call("GET", "profiles").status_code == 503
        assert client.put(url, b"x").status_code == 503
        assert client.admin_state("health") == {"status": "ok"}
        wait_until(lambda: client.call("GET", "profiles").status_code == 200)


def test_random_faults_end_and_are_counted() -> None:
    """At rate 1 a call still succeeds in the end, and every fault is counted."""
    with run_simulator(
        Options(faults=1, fault_kinds=("server_error",), faults_in_a_row=3)
    ) as client:
        statuses = [client.call("GET", "profiles").status_code for _ in range(8)]
        assert statuses == [500, 500, 500, 200] * 2
        counted = client.admin_state("calls")
        assert counted == {"calls": {"list_profiles": 8}, "faults": {"server_error": 6}}


def test_random_faults_are_switched_on_and_off() -> None:
    """PUT configures random faults, DELETE removes all faults."""
    with run_simulator() as client:
        faults = f"{client.origin}/_simulator/faults"
        state = client.http.put(faults, json={"rate": 1, "seed": 1, "kinds": ["rate_limit"]}).json()
        assert state == {"rate": 1, "kinds": ["rate_limit"], "queued": []}
        assert client.call("GET", "profiles").status_code == 429
        client.inject_fault(kind="server_error", times=5)
        client.inject_fault(kind="outage", seconds=60)
        client.http.delete(faults).raise_for_status()
        assert client.call("GET", "profiles").status_code == 200


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"kind": "gremlins"}, "kind"),
        ({}, "kind"),
        ({"kind": "hang", "call": "create_pots"}, "call"),
        ({"kind": "hang", "tiems": 3}, "tiems"),
        ({"kind": "hang", "times": "3"}, "times"),
        ({"kind": "outage"}, "seconds"),
    ],
)
def test_a_misspelt_fault_is_refused(fault: dict[str, str], field: str) -> None:
    """A fault that can never happen is an error: a test with it would prove nothing."""
    with run_simulator() as client:
        assert read_errors(client.http.post(f"{client.origin}/_simulator/faults", json=fault)) == [
            field
        ]


def test_faults_do_not_pass_for_strangers() -> None:
    """A call without credentials is refused before it uses up a fault."""
    with run_simulator() as client:
        client.inject_fault(call="list_profiles", kind="server_error")
        assert client.http.get(f"{client.origin}/v2/profiles").status_code == 401
        assert client.call("GET", "profiles").status_code == 500


def test_a_stopped_simulator_comes_back_on_its_port() -> None:
    """The provider stops and starts again at the same address."""
    simulator = Simulator(Options())
    simulator.start()
    port = simulator.port
    simulator.stop()
    with httpx.Client() as http:
        with pytest.raises(httpx.ConnectError):
            SimulatorClient(http, simulator.origin).call("GET", "profiles")
        with simulator:
            assert simulator.port == port
            assert (
                SimulatorClient(http, simulator.origin).call("GET", "profiles").status_code == 200
            )


def test_a_taken_port_is_told_to_the_caller() -> None:
    """`start` raises the error that prevented listening."""
    with Simulator(Options()) as first, pytest.raises(OSError, match="address already in use"):
        Simulator(Options(port=first.port)).start()
