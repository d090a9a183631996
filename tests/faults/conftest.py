"""Stacks for fault tests: their workers stop at the breakpoints that a test sets."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.stack import PATIENT_RETRIES, Stack

ROLES = ("web", "beat", "second beat", "worker", "second worker")


@pytest.fixture
def distributed_stack(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[Stack]:
    """Two workers with breakpoints and two beats, on PostgreSQL and Redis; no provider faults."""
    with Stack(
        tmp_path,
        postgres_url,
        redis_url,
        0,
        roles=ROLES,
        with_breakpoints=True,
        settings=PATIENT_RETRIES,
    ) as running:
        yield running


@pytest.fixture(params=["embedded", "distributed"])
def breakpoint_stack(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stack]:
    """One process with breakpoints on SQLite, then `distributed_stack`."""
    if request.param == "distributed":
        yield request.getfixturevalue("distributed_stack")
        return
    with Stack(tmp_path, faults=0, with_breakpoints=True, settings=PATIENT_RETRIES) as running:
        yield running
