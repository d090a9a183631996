"""Work that a request leaves behind."""

import asyncio
import logging
import threading

import pytest

from api.background import run_later


def test_nobody_waits_for_it_and_a_failure_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The caller goes on before it is done; what it raises is named in the log, without its text,
    which may be a secret."""
    may_end, lines = threading.Event(), []

    def write(line: str) -> None:
        may_end.wait(30)
        lines.append(line)
        raise RuntimeError("with a secret")

    async def request() -> None:
        run_later(write, "used")
        assert lines == []
        may_end.set()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others)

    with caplog.at_level(logging.WARNING):
        asyncio.run(request())
    assert lines == ["used"]
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
