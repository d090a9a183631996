"""A worker that dies in the middle of the deletion of an organization.

    python -m tests.integration.worker.organizations.crashing_deletion DATABASE_URL

It kills itself after the first batch of posts is deleted.
"""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import Mock

from sqlmodel import Session

from models.database import Database
from models.store.tenants import deletion
from scheduler.dispatch import dispatch_due_jobs
from worker.context import WorkerContext
from worker.planner.policy import Policy
from worker.runner import JobRunner

delete_batch = deletion.delete_batch
batches: list[int] = []


def delete_one_batch(session: Session, organization_id: str) -> int:
    """The first batch; at the second the process dies."""
    if batches:
        os.kill(os.getpid(), signal.SIGKILL)
    batches.append(delete_batch(session, organization_id))
    return batches[0]


def main() -> None:
    """Run until the process is killed."""
    deletion.delete_batch = delete_one_batch
    database = Database(sys.argv[1])
    context = WorkerContext(
        database=database,
        provider_for=Mock(),
        fetcher=Mock(),
        webhooks=Mock(),
        policy=Policy(claim_ttl=timedelta(seconds=1)),
        threads=ThreadPoolExecutor(2),
    )
    runner = JobRunner(context, "doomed")

    def send(_task: str, job_ids: list[str]) -> None:
        runner.run(job_ids)

    while True:
        dispatch_due_jobs(database, send)
        time.sleep(0.02)


if __name__ == "__main__":
    main()
