"""How many jobs a second one beat and two beats dispatch, when workers claim each at once."""

import json
import sys
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select, update

from benchmarks.pipeline.pipeline_stack import ROOT
from models.database import Database
from models.migrate import upgrade
from models.store import clock
from models.store.jobs import dispatching, job_queue
from models.store.sql import bulk
from models.store.tenants import organizations
from models.tables import JOB
from models.task_names import JobKind
from scheduler.dispatch import RESEND_AFTER, WINDOW
from tests.processes import Process
from tests.servers import Postgres

ORGANIZATIONS = 20


def measure_dispatch(postgres: Postgres, folder: Path, jobs: int, beats: int) -> dict[str, float]:
    """Jobs a second of all beats together, and the CPU of one job (ms)."""
    url = postgres.create_database()
    database = Database(url)
    upgrade(database)
    _insert_jobs(database, jobs)
    command = [sys.executable, "-m", "benchmarks.scale.dispatch_rate", url]
    logs = [folder / f"dispatch{number}.log" for number in range(beats)]
    begin = time.perf_counter()
    processes = [Process(command, log, cwd=ROOT) for log in logs]
    for process in processes:
        if process.wait(300):
            raise RuntimeError(process.output())
    found = [json.loads(process.output().splitlines()[-1]) for process in processes]
    for process in processes:
        process.end()
    database.close()
    postgres.drop_database(url)
    seconds = max(each["end"] for each in found) - min(each["begin"] for each in found)
    cpu = sum(each["cpu"] for each in found)
    return {"rate": jobs / seconds, "cpu_ms": cpu * 1000 / jobs, "all": time.perf_counter() - begin}


def _insert_jobs(database: Database, count: int) -> None:
    with database.write() as session:
        owners = [
            organizations.create(session, f"Acme {n}", "simulator")[0].id
            for n in range(ORGANIZATIONS)
        ]
        session.connection().execute(update(JOB).values(wake_at=None))
        now = clock.now(session) - timedelta(seconds=1)
        rows = [
            job_queue.new_row(JobKind.POST, f"{number:032x}", owners[number % ORGANIZATIONS], now)
            for number in range(count)
        ]
        bulk.insert_many(session, JOB, rows)


def dispatch_all(database: Database) -> dict[str, float]:
    """Dispatch until nothing is due; each job counts as claimed in a transaction of its own."""
    begin, cpu = time.time(), time.process_time()
    while True:
        with database.write() as session:
            now = clock.now(session)
            sent = dispatching.dispatch_due(session, now, WINDOW, RESEND_AFTER)
        ids = [id_ for _, id_ in sent]
        with database.write() as session:
            connection = session.connection()
            if ids:
                done = update(JOB).where(JOB.c.id.in_(ids)).values(wake_at=None, dispatched_at=None)
                connection.execute(done)
            elif connection.scalar(select(JOB.c.id).where(JOB.c.wake_at <= now).limit(1)) is None:
                break
    return {"begin": begin, "end": time.time(), "cpu": time.process_time() - cpu}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(dispatch_all(Database(sys.argv[1]))) + "\n")
