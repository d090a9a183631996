"""Slotbeat as real processes: a database with posts to publish, a beat, a worker."""

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import func, select
from sqlmodel import Session

from benchmarks.process_cpu import cpu_seconds
from models import tables
from models.database import Database
from models.encryption import Cipher
from models.migrate import upgrade
from models.posts import Delivery, Media, Post
from models.statuses import Desired, PostStatus
from models.store import clock
from models.store.jobs import job_queue
from models.store.sql import bulk
from models.store.tenants import organizations
from models.tables import CONNECTION, DELIVERY, MEDIA, POST
from models.task_names import JobKind
from tests.processes import Process
from tests.wait import wait_until

ROOT = Path(__file__).parents[2]
SECRET = "a secret for the benchmark"  # noqa: S105
TABLES = ((POST, Post), (MEDIA, Media), (DELIVERY, Delivery))


class PipelineStack:
    """Slotbeat with default settings and a new database."""

    def __init__(self, folder: Path, database_url: str, broker_url: str, stub: str) -> None:
        self.database = Database(database_url)
        self._folder, self._stub = folder, stub
        own = {
            "DATABASE_URL": database_url,
            "BROKER_URL": broker_url,
            "SWONKIE_BASE_URL": stub + "/v2",
            "SECRET_KEY": SECRET,
            "ALLOW_PRIVATE_MEDIA": "1",
        }
        self._env = {**os.environ, **{f"SLOTBEAT_{name}": value for name, value in own.items()}}

    def __enter__(self) -> Self:
        upgrade(self.database)
        with self.database.write() as session:
            self.organization = organizations.create(session, "Acme", "simulator")[0].id
        self.worker = self._start("worker")
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

    def _start(self, role: str) -> Process:
        module = {"worker": "worker.app", "beat": "scheduler.app"}[role]
        command = [sys.executable, "-m", "celery", "-A", module, role]
        return Process(command, log=self._folder / f"{role}.log", env=self._env, cwd=ROOT)

    def _has_synced_accounts(self) -> bool:
        return bool(self._scalar(select(CONNECTION.c.accounts_synced_at)))

    def _scalar(self, query: Any) -> Any:  # noqa: ANN401
        with self.database.read() as session:
            return session.connection().scalar(query)

    def insert_posts(self, count: int, path: str, post_type: str = "photo") -> None:
        """Commit posts to publish now, each with one file, as the API would write them. `path` is
        one of the stub, or an address."""
        address = path if "://" in path else self._stub + path
        self._insert(self.organization, count, Cipher(SECRET).encrypt(address), post_type)

    def insert_texts(self, organization: str, count: int) -> list[str]:
        """Commit posts of an organization without files; returns their ids."""
        return self._insert(organization, count, None, "text")

    def _insert(self, organization: str, count: int, link: str | None, post_type: str) -> list[str]:
        with self.database.write() as session:
            return self._insert_rows(session, organization, count, link, post_type)

    def _insert_rows(
        self, session: Session, organization: str, count: int, link: str | None, post_type: str
    ) -> list[str]:
        now = clock.now(session)
        rows: dict[str, list[dict[str, Any]]] = {table.name: [] for table, _ in TABLES}
        for _ in range(count):
            post = Post(
                organization_id=organization, post_type=post_type,
                caption="Hello", platforms=["facebook"], publish_mode="publish_now",
                desired=Desired.PUBLISHED_NOW, status=PostStatus.PUBLISHING, timezone="UTC",
                accepted_at=now,
            )  # fmt: skip
            rows[POST.name].append(post.model_dump())
            if link is not None:
                media = Media(post_id=post.id, position=0, source_url=link)
                rows[MEDIA.name].append(media.model_dump())
            rows[DELIVERY.name].append(Delivery(post_id=post.id, platform="facebook").model_dump())
        for table, _ in TABLES:
            bulk.insert_many(session, table, rows[table.name])
        ids = [row["id"] for row in rows[POST.name]]
        due = [job_queue.new_row(JobKind.POST, id_, organization, now) for id_ in ids]
        bulk.insert_many(session, tables.JOB, due)
        return ids

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
