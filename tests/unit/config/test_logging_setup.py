"""Log lines: for people or as JSON, with context, without secrets."""

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from config import logging_setup

log = logging.getLogger("tests.logs")


@pytest.fixture
def restored() -> Iterator[None]:
    """Restores pytest's logging after a test."""
    root = logging.getLogger()
    names = ["", *logging_setup.SILENCED_LOGGERS, "uvicorn", "uvicorn.error", "python_multipart"]
    before = {name: (logging.getLogger(name).level, logging.getLogger(name).handlers[:],
                     logging.getLogger(name).propagate) for name in names}  # fmt: skip
    yield
    logging.captureWarnings(False)
    for name, (level, handlers, propagate) in before.items():
        found = logging.getLogger(name) if name else root
        found.setLevel(level)
        found.handlers[:] = handlers
        found.propagate = propagate


pytestmark = pytest.mark.usefixtures("restored")


def fail(text: str) -> None:
    """Log a traceback that ends with this text."""
    hush = "a local variable"
    try:
        _raise(text, hush)
    except ValueError:
        log.exception(text, extra={"error": text})


def _raise(text: str, _hush: str) -> None:
    raise ValueError(text)


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The lines on stderr, each parsed as a JSON object."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_json_line_says_when_who_what_and_about_what(capsys: pytest.CaptureFixture[str]) -> None:
    """Time in UTC with milliseconds, level, logger, message, process, context and numbers; nothing
    else that a library puts into its records."""
    logging_setup.configure("json", "info", "worker")
    with bound_contextvars(post="p", job="j", step="create", organization="o"):
        log.info("create: %s", "done", extra={"duration_ms": 3, "data": {"args": "[1, 2]"}})
    (line,) = written(capsys)
    assert list(line)[:5] == ["time", "level", "logger", "message", "process"]
    assert (line["level"], line["logger"], line["message"]) == (
        "info", "tests.logs", "create: done",
    )  # fmt: skip
    assert line["time"][19] == "."
    assert len(line["time"]) == len("2026-11-22T06:20:38.176Z")
    assert line["process"].startswith("worker@")
    assert {name: line[name] for name in ("post", "job", "step", "organization")} == {
        "post": "p", "job": "j", "step": "create", "organization": "o",
    }  # fmt: skip
    assert line["duration_ms"] == 3
    assert "data" not in line


def test_an_exception_is_one_field(capsys: pytest.CaptureFixture[str]) -> None:
    """A traceback is inside one line."""
    logging_setup.configure("json")
    fail("two\nlines")
    (line,) = written(capsys)
    assert line["message"] == "two\nlines"
    assert line["exception"].startswith("Traceback (most recent call last):\n")
    assert "ValueError: two\nlines" in line["exception"]


def test_lines_for_people_are_plain(capsys: pytest.CaptureFixture[str]) -> None:
    """No colours into a file, no local variables in a traceback, the context behind the message."""
    logging_setup.configure("console")
    with bound_contextvars(post="p"):
        fail("it failed")
    text = capsys.readouterr().err
    assert "post=p" in text
    assert "ValueError: it failed" in text
    assert "\x1b" not in text
    assert "local variable" not in text


def test_the_level_is_the_settings(capsys: pytest.CaptureFixture[str]) -> None:
    """Lines below the level are not written; libraries' lines for each message or call never."""
    logging_setup.configure("json", "warning")
    log.info("nobody reads this")
    logging_setup.configure("json", "info")
    logging.getLogger("celery.app.trace").info("Task succeeded")
    logging.getLogger("httpx").info("GET https://x/?signature=1")
    log.info("this")
    assert [line["message"] for line in written(capsys)] == ["this"]


def test_the_web_servers_own_handlers_are_taken_away(capsys: pytest.CaptureFixture[str]) -> None:
    """Its lines have the common form, once each, although it configured logging itself before."""
    foreign = logging.getLogger("uvicorn")
    foreign.addHandler(logging.StreamHandler(sys.stderr))
    foreign.propagate = False
    logging_setup.configure("json")
    logging.getLogger("uvicorn.error").info("Started")
    assert [line["message"] for line in written(capsys)] == ["Started"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://b/x.mp4?X-Amz-Signature=abc&part=1", "https://b/x.mp4?X-Amz-Signature=…&part=1"),
        ("https://b/x.mp4?sv=1&sig=abc%2B", "https://b/x.mp4?sv=1&sig=…"),
        ("the key sb_0123456789abcdefghij", "the key sb_…"),
        ("/calendar.ics?token=sbf_0123456789abcdefghij", "/calendar.ics?token=…"),
        ("signed with whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw==", "signed with whsec_…"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer …"),
        ("the job sb_1 is no key, 50 % is no sign", "the job sb_1 is no key, 50 % is no sign"),
    ],
)
def test_what_looks_like_a_secret_is_not_written(
    text: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Secrets are hidden in messages, fields and tracebacks alike."""
    logging_setup.configure("json")
    fail(text)
    (line,) = written(capsys)
    assert (line["message"], line["error"]) == (shown, shown)
    assert line["exception"].endswith(f"ValueError: {shown}")
