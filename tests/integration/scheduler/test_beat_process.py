"""The beat process: what ends its sleep."""

import os
from pathlib import Path

from models.database import Database
from tests.acceptance.stack import BIN
from tests.integration.store.row_factories import add_job
from tests.paths import ROOT
from tests.processes import Process
from tests.servers.redis import Redis
from tests.wait import wait_until


def test_beat_sends_a_job_without_waiting_for_its_tick(
    postgres_database: Database, redis_server: Redis, redis_url: str, tmp_path: Path
) -> None:
    """The process sleeps for a minute: a commit ends the sleep, and so does SIGTERM."""
    own = {"DATABASE_URL": postgres_database.url, "BROKER_URL": redis_url, "TICK": "60"}
    env = {**os.environ, **{f"SLOTBEAT_{name}": str(value) for name, value in own.items()}}
    command: list[str | Path] = [BIN / "celery", "-A", "scheduler.app", "beat"]
    with Process(command, tmp_path / "beat.log", env, ROOT) as beat, redis_server.client() as redis:
        wait_until(lambda: listens(postgres_database), what="beat sleeps")
        add_job(postgres_database)
        wait_until(lambda: redis.llen("slotbeat") == 1, what="a message")
        beat.terminate()
        assert beat.wait() == 0


def listens(database: Database) -> bool:
    """Whether a process listens to announcements."""
    query = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%%' AND state = 'idle'"
    with database.read() as session:
        return session.connection().exec_driver_sql(query).first() is not None
