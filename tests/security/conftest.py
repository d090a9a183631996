"""One web process for the attacks that do not end it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.web_process import REQUEST_TIMEOUT, WebProcess, run_web


@pytest.fixture(scope="session")
def web(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[WebProcess]:
    """A web process that is quick to lose its patience."""
    times = {"request_timeout": str(REQUEST_TIMEOUT), "stall_timeout": str(REQUEST_TIMEOUT)}
    with run_web(tmp_path_factory.mktemp("web"), sqlite_template, **times) as process:
        yield process
