"""Health, and answers outside of the contract's routes."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from models import tables
from models.metric_families import Family
from models.server_outage import ServerOutage
from models.store import clock
from models.store.jobs import heartbeats
from scheduler.metrics import BeatMetrics
from tests.integration.live_server import ApiServer, expect_error, run_api


def test_the_process_says_that_it_answers(any_api: ApiServer) -> None:
    """/healthz is 200 without credentials, even when the rest of the system is down."""
    answer = any_api.http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.fixture
def api_without_heartbeats(any_api: ApiServer) -> ApiServer:
    """An API whose database has no heartbeat."""
    with any_api.database.write() as session:
        session.connection().execute(tables.HEARTBEAT.delete())
    return any_api


def ready(api: ApiServer) -> tuple[int, dict[str, Any]]:
    """The answer of /readyz, which needs no credentials."""
    answer = api.http.get("/readyz")
    return answer.status_code, answer.json()


def say_alive(
    api: ApiServer, name: str, kind: str, ago: float = 0, metrics: Sequence[Family] = ()
) -> None:
    """Leave a heartbeat so many seconds ago."""
    with api.database.write() as session:
        at = clock.now(session) - timedelta(seconds=ago)
        heartbeats.record(session, name, kind, at, metrics)


def test_without_beat_and_worker_the_system_is_not_ready(api_without_heartbeats: ApiServer) -> None:
    """/readyz is 503 and names beat and worker when neither has left a heartbeat."""
    status, answer = ready(api_without_heartbeats)
    assert (status, answer["status"], answer["processes"]) == (503, "not ready", [])
    beat, worker = answer["problems"]
    assert "no beat" in beat
    assert "no worker" in worker


def test_readiness_says_who_is_there_and_who_is_missing(api_without_heartbeats: ApiServer) -> None:
    """With a beat and a worker it is 200, with the age of each heartbeat. A process whose heartbeat
    is older than 30 s is listed, but counts as missing unless another of its kind is alive."""
    say_alive(api_without_heartbeats, "b1", "beat")
    say_alive(api_without_heartbeats, "w1", "worker", ago=60)
    status, answer = ready(api_without_heartbeats)
    assert (status, len(answer["problems"])) == (503, 1)
    assert "no worker" in answer["problems"][0]
    assert [each["name"] for each in answer["processes"]] == ["b1", "w1"]
    assert 60 <= answer["processes"][1]["ageSeconds"] < 120
    say_alive(api_without_heartbeats, "w2", "worker")
    status, answer = ready(api_without_heartbeats)
    assert (status, answer["status"], answer["problems"]) == (200, "ready", [])
    assert [each["kind"] for each in answer["processes"]] == ["beat", "worker", "worker"]
    say_alive(api_without_heartbeats, "b1", "beat", ago=40)
    assert "no beat" in ready(api_without_heartbeats)[1]["problems"][0]


def broker_metrics(*, is_away: bool) -> list[Family]:
    """The metrics of a beat."""
    outage, metrics = ServerOutage("the broker", "is away"), BeatMetrics()
    metrics.add_broker(outage)
    if is_away:
        outage.note_failure("refused")
    return metrics.families()


def test_a_broker_that_is_away_for_all_is_said(api_without_heartbeats: ApiServer) -> None:
    """/readyz is 503 when no beat that is alive reaches the broker; one that does is enough."""
    away, there = broker_metrics(is_away=True), broker_metrics(is_away=False)
    say_alive(api_without_heartbeats, "w1", "worker")
    say_alive(api_without_heartbeats, "b1", "beat", metrics=away)
    say_alive(api_without_heartbeats, "b2", "beat", ago=40, metrics=there)
    status, answer = ready(api_without_heartbeats)
    assert (status, answer["problems"]) == (503, ["the broker is away for every beat"])
    say_alive(api_without_heartbeats, "b2", "beat", metrics=there)
    assert ready(api_without_heartbeats)[0] == 200


def test_a_database_that_is_away_is_said_without_its_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """/readyz is 503 and says what is missing; the driver's message is only in the log."""
    path = tmp_path / "slotbeat.db"
    with run_api(f"sqlite:///{path}") as api:
        api.database.close()
        for each in tmp_path.glob("slotbeat.db*"):
            each.unlink()
        path.mkdir()
        status, answer = ready(api)
    assert (status, answer["problems"]) == (503, ["the database does not answer"])
    assert "does not answer" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/api/nothing", 404, "NOT_FOUND"), ("POST", "/healthz", 405, "METHOD_NOT_ALLOWED")],
)
def test_a_call_that_does_not_exist_is_refused_in_the_contracts_shape(
    sqlite_api: ApiServer, method: str, path: str, status: int, code: str
) -> None:
    """A wrong path or method gets the same error body as everything else."""
    assert expect_error(sqlite_api.http.request(method, path), status, code) == {}


def test_the_api_describes_itself(sqlite_api: ApiServer) -> None:
    """/openapi.json names the contract's routes."""
    answer: httpx.Response = sqlite_api.http.get("/openapi.json")
    assert answer.status_code == 200
    paths = {path.rpartition("/")[2] for path in answer.json()["paths"]}
    assert {"settings", "next-slot", "posts", "publish"} <= paths
