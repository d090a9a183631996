"""All of Slotbeat as real processes: web, beat, worker."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import func, select, text

from benchmarks.pipeline.pipeline_stack import PipelineStack
from benchmarks.process_cpu import cpu_seconds
from models.store.tenants import api_keys
from services.public_urls import API_PREFIX
from tests.processes import Process
from tests.servers import free_port

ROOT = Path(__file__).parents[2]
TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


class WholeStack(PipelineStack):
    """The pipeline's processes and the API, which has no rate limit."""

    web: Process

    def __enter__(self) -> Self:
        super().__enter__()
        with self.database.write() as session:
            self.api_key = api_keys.create_key(session, self.organization)[1]
        return self

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The API's address, while it runs."""
        address = ["--host", "127.0.0.1", "--port", str(free_port()), "--no-access-log"]
        command = [sys.executable, "-m", "uvicorn", "api.main:app", *address]
        environment = {**self._env, "SLOTBEAT_RATE_LIMIT": "0"}
        log = self._folder / "web.log"
        with Process(command, log=log, env=environment, cwd=ROOT) as self.web:
            line = self.web.wait_for_line("Uvicorn running on")
            yield line.split("running on ")[1].split(" ")[0] + API_PREFIX

    def cpu_seconds(self) -> dict[str, float]:
        """CPU seconds so far, by process."""
        return {**super().cpu_seconds(), "web": cpu_seconds(self.web.pid)}

    def table_sizes(self) -> dict[str, tuple[int, int]]:
        """(rows, bytes with indexes) of each table that has rows."""
        with self.database.read() as session:
            connection = session.connection()
            names = connection.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
            )
            found = {}
            for name in names.all():
                rows = connection.scalar(select(func.count()).select_from(text(f'"{name}"')))
                size = connection.scalar(select(func.pg_total_relation_size(name)))
                found[name] = (int(rows or 0), int(size or 0))
            return {name: each for name, each in found.items() if each[0]}
