"""Slotbeat as real processes, with two organizations: one has trouble, the other publishes."""

import time
from pathlib import Path
from typing import Self

from sqlalchemy import select

from benchmarks.pipeline.pipeline_stack import PipelineStack
from models.store.tenants import organizations
from models.tables import POST
from tests.wait import wait_until


class IsolationStack(PipelineStack):
    """`organization` has the trouble; `other` publishes."""

    def __init__(self, folder: Path, database_url: str, broker_url: str, stub: str) -> None:
        super().__init__(folder, database_url, broker_url, stub)
        self.folder = folder

    def __enter__(self) -> Self:
        super().__enter__()
        with self.database.write() as session:
            self.other = organizations.create(session, "Beta", "simulator")[0].id
        return self

    def publish_seconds(self, timeout: float) -> float:
        """How long a text of the other organization takes, from its commit to `published` (s);
        `timeout` where it took longer."""
        started = time.monotonic()
        [post_id] = self.posts.insert_texts(self.other, 1)
        query = select(POST.c.status).where(POST.c.id == post_id)
        try:
            wait_until(lambda: self._scalar(query) == "published", timeout, "the post")
        except AssertionError:
            return timeout
        return time.monotonic() - started
