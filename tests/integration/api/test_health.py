"""Health, and answers outside of the contract's routes."""

import httpx
import pytest

from tests.integration.api.serving import Api, refused


def test_the_process_says_that_it_answers(any_api: Api) -> None:
    """/healthz is 200 without credentials, whatever the rest of the system does."""
    answer = any_api.http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_without_beat_and_worker_the_system_is_not_ready(any_api: Api) -> None:
    """/readyz is 503 and names beat and worker when neither has left a heartbeat."""
    answer = any_api.http.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    beat, worker = answer.json()["problems"]
    assert "no beat" in beat
    assert "no worker" in worker


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [("GET", "/api/nothing", 404, "NOT_FOUND"), ("POST", "/healthz", 405, "METHOD_NOT_ALLOWED")],
)
def test_a_call_that_does_not_exist_is_refused_in_the_contracts_shape(
    sqlite_api: Api, method: str, path: str, status: int, code: str
) -> None:
    """A wrong path or method gets the same error body as everything else."""
    assert refused(sqlite_api.http.request(method, path), status, code) == {}


def test_the_api_describes_itself(sqlite_api: Api) -> None:
    """/openapi.json names the contract's routes."""
    answer: httpx.Response = sqlite_api.http.get("/openapi.json")
    assert answer.status_code == 200
    paths = {path.rpartition("/")[2] for path in answer.json()["paths"]}
    assert {"settings", "next-slot", "posts", "publish"} <= paths
