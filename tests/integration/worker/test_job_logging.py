"""The worker's log: the history of each post, line by line, with ids to find it by."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from config import logging_setup
from tests.integration.worker.worker_harness import WorkerHarness


@contextmanager
def logged(level: int) -> Iterator[io.StringIO]:
    """The worker's JSON log lines from this level on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging_setup.build_formatter("json", "worker@host:1"))
    ours = logging.getLogger("worker")
    before = ours.level
    ours.addHandler(handler)
    ours.setLevel(level)
    yield stream
    ours.removeHandler(handler)
    ours.setLevel(before)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The JSON log lines of a test, with those of each step."""
    with logged(logging.DEBUG) as stream:
        yield stream


@pytest.fixture
def usual_log() -> Iterator[io.StringIO]:
    """The JSON log lines of a test at the usual level."""
    with logged(logging.INFO) as stream:
        yield stream


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    """The lines so far."""
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_each_step_has_a_line_with_its_outcome(harness: WorkerHarness, log: io.StringIO) -> None:
    """With two posts at the same time, every line has its post, job and organization, the step and
    its duration; a failure has the reason. The last line of a post has its final status. The lines
    are the steps of its history, in its order."""
    harness.inject_fault(kind="server_error", call="create_post")
    for post in harness.run_to_end(*[harness.accept(f"post {number}") for number in range(2)]):
        mine = [line for line in lines(log) if line.get("post") == post.id]
        assert len({line["job"] for line in mine}) == 1
        assert {line["organization"] for line in mine} == {harness.organization_id}
        steps = [line for line in mine if "step" in line and line["outcome"] != "snooze"]
        assert all({"subject", "outcome", "duration_ms"} <= set(line) for line in steps)
        events = [event for event in harness.history(post) if event.duration_ms is not None]
        assert [line["step"] for line in steps] == [event.step for event in events]
        assert mine[-1]["message"] == "post: published"
    failed = [line for line in lines(log) if line.get("http_status") == 500]
    assert [line["step"] for line in failed] == ["create"]
    assert failed[0]["error"]


def test_the_usual_log_has_a_line_for_a_post_and_one_for_each_failed_call(
    harness: WorkerHarness, usual_log: io.StringIO
) -> None:
    """Of a post, the usual log has the call that failed, and how it ended and how late. Nothing is
    put together for the steps that went well."""
    harness.inject_fault(kind="server_error", call="create_post")
    (post,) = harness.run_to_end(harness.accept())
    assert [line["message"] for line in lines(usual_log)] == [
        "create: outcome_unknown",
        "post: published",
    ]
    failure, end = lines(usual_log)
    assert failure["http_status"] == 500
    assert failure["error"]
    assert (end["post"], end["organization"]) == (post.id, harness.organization_id)
    assert end["lateness_ms"] >= 0


def test_a_step_that_breaks_is_one_line(
    harness: WorkerHarness, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A defect is logged with its job and its post, and the traceback in a field."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("worker.jobs.publish_post.next_step", broken)
    id_ = harness.accept().id
    harness.dispatch_until(lambda: "a defect" in log.getvalue())
    (line,) = [each for each in lines(log) if each["level"] == "error"][:1]
    assert (line["message"], line["post"]) == ("unexpected error", id_)
    assert line["job"]
    assert "ZeroDivisionError: a defect" in line["exception"]
