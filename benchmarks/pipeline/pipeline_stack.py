"""Slotbeat as real processes: a database, a beat, a worker."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import func, select

from benchmarks.pipeline.new_posts import NewPosts
from benchmarks.process_cpu import cpu_seconds
from models.database import Database
from models.encryption import Cipher
from models.migrate import upgrade
from models.statuses import PostStatus
from models.store.tenants import organizations
from models.tables import CONNECTION, POST
from tests.processes import Process
from tests.wait import wait_until

ROOT = Path(__file__).parents[2]
SECRET = "a secret for the benchmark"  # noqa: S105


class PipelineStack:
    """Slotbeat with default settings and a new database; the worker has so many processes."""

    def __init__(
        self, folder: Path, database_url: str, broker_url: str, stub: str, processes: int = 1
    ) -> None:
        self.database = Database(database_url)
        self._folder, self._stub, self._processes = folder, stub, processes
        own = {
            "DATABASE_URL": database_url,
            "BROKER_URL": broker_url,
            "SWONKIE_BASE_URL": stub + "/v2",
            "SECRET_KEY": SECRET,
            "ALLOW_PRIVATE_MEDIA": "1",
            "ALLOW_PRIVATE_HOSTS": "1",
        }
        self._env = {**os.environ, **{f"SLOTBEAT_{name}": value for name, value in own.items()}}

    def __enter__(self) -> Self:
        upgrade(self.database)
        with self.database.write() as session:
            self.organization = organizations.create(session, "Acme", "simulator")[0].id
        self.posts = NewPosts(self.database, Cipher(SECRET), self._stub)
        self.worker = self._start("worker", "--concurrency", str(self._processes))
        self.beat = self._start("beat")
        wait_until(self._has_synced_accounts, 60, "the accounts")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            error.add_note(self.worker.output()[-3000:] + self.beat.output()[-1000:])
        self.worker.end()
        self.beat.end()
        self.database.close()

    def _start(self, role: str, *options: str) -> Process:
        module = {"worker": "worker.app", "beat": "scheduler.app"}[role]
        command = [sys.executable, "-m", "celery", "-A", module, role, *options]
        return Process(command, log=self._folder / f"{role}.log", env=self._env, cwd=ROOT)

    def _has_synced_accounts(self) -> bool:
        return bool(self._scalar(select(CONNECTION.c.accounts_synced_at)))

    def _scalar(self, query: Any) -> Any:  # noqa: ANN401
        with self.database.read() as session:
            return session.connection().scalar(query)

    def count_published(self) -> int:
        """How many posts are published by our database."""
        query = select(func.count()).where(POST.c.status == PostStatus.PUBLISHED)
        return int(self._scalar(query))

    def cpu_seconds(self) -> dict[str, float]:
        """CPU seconds so far, by process."""
        return {
            "worker": cpu_seconds(self.worker.pid),
            "beat": cpu_seconds(self.beat.pid),
        }
