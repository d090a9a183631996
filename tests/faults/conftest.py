"""Stacks for fault tests: several workers, whose steps can be stopped at their boundaries."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.stack import PATIENT_RETRIES, Stack

ROLES = ("web", "beat", "second beat", "worker", "second worker")


@pytest.fixture
def distributed_stack(tmp_path: Path, postgres_url: str, redis_url: str) -> Iterator[Stack]:
    """Two hooked workers and two beats on PostgreSQL and Redis; the provider has no faults."""
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
    """One hooked process on SQLite, then the `crew`."""
    if request.param == "distributed":
        yield request.getfixturevalue("distributed_stack")
        return
    with Stack(tmp_path, faults=0, with_breakpoints=True, settings=PATIENT_RETRIES) as running:
        yield running
