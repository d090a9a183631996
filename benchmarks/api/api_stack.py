"""The API as in production, `uvicorn api.main:app`, with a PostgreSQL of its own."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.database import Database
from models.encryption import Cipher
from models.migrate import upgrade
from services.public_urls import API_PREFIX
from tests.processes import Process
from tests.servers import Postgres, free_port

ROOT = Path(__file__).parents[2]
SECRET = "a secret for the benchmark"  # noqa: S105


@dataclass(frozen=True, slots=True)
class ApiStack:
    """A running API and its database."""

    url: str
    database: Database
    cipher: Cipher
    web: Process


@contextmanager
def run_stack(folder: Path) -> Iterator[ApiStack]:
    """A new database and the API; without beat and worker."""
    with Postgres() as postgres:
        database = Database(postgres.create_database())
        upgrade(database)
        with _start_web(database, folder) as web:
            port = web.wait_for_line("Uvicorn running on").split(":")[-1].split(" ")[0]
            yield ApiStack(f"http://127.0.0.1:{port}{API_PREFIX}", database, Cipher(SECRET), web)
        database.close()


def _start_web(database: Database, folder: Path) -> Process:
    own = {
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "BROKER_URL": "redis://127.0.0.1:1/0",  # nothing here sends a message
        "SECRET_KEY": SECRET,
        "RATE_LIMIT": "0",
    }
    env = {name: value for name, value in os.environ.items() if not name.startswith("SLOTBEAT_")}
    env |= {f"SLOTBEAT_{name}": value for name, value in own.items()}
    command = [
        sys.executable,
        *PROFILED,
        "-m",
        "uvicorn",
        "api.main:app",
        "--port",
        str(free_port()),
    ]
    return Process([*command, "--no-access-log"], log=folder / "web.log", env=env, cwd=ROOT)


# `BENCH_PROFILE=file` writes a cProfile of the server to that file.
PROFILED = ["-m", "cProfile", "-o", name] if (name := os.environ.get("BENCH_PROFILE")) else []
