"""Kills, freezes, outages and lost answers at random: a short `make chaos` for CI."""

from pathlib import Path

import pytest

from tests.faults.chaos import run_chaos
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis


@pytest.mark.timeout(600)
def test_many_posts_come_through_chaos(
    tmp_path: Path, postgres_server: Postgres, redis_server: Redis
) -> None:
    """Kills, freezes, outages, lost answers, edits, removals: each post ends once, none is lost."""
    with run_chaos(tmp_path, 90, 7, postgres_server, redis_server) as chaos:
        report = chaos.run()
        assert not report.violations, str(report)
        assert report.published > 45, str(report)


@pytest.mark.timeout(600)
def test_posts_come_through_the_deaths_of_the_only_process(tmp_path: Path) -> None:
    """The same with one process on SQLite, which is killed as a whole."""
    with run_chaos(tmp_path, 40, 7, None, None) as chaos:
        report = chaos.run()
        assert not report.violations, str(report)
        assert report.published > 15, str(report)
