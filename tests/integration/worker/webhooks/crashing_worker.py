"""A worker that dies between a webhook's call and its commit.

    python -m tests.integration.worker.webhooks.crashing_worker DATABASE_URL

It claims all due jobs, and kills itself as soon as a receiver has answered.
"""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

from models.database import Database
from scheduler.dispatch import dispatch_due_jobs
from tests.service_context import CIPHER
from worker.context import WorkerContext
from worker.jobs import deliver_webhook
from worker.planner.policy import Policy
from worker.runner import JobRunner
from worker.webhooks import WebhookContext
from worker.webhooks.webhook_client import WebhookClient


async def kill_process(*_: Any) -> None:  # noqa: ANN401
    """Called instead of storing the result of the call."""
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Run until the process is killed."""
    deliver_webhook._record_response = kill_process  # type: ignore[assignment]
    database = Database(sys.argv[1])
    context = WorkerContext(
        database=database,
        provider_for=Mock(),
        fetcher=Mock(),
        webhooks=WebhookContext(WebhookClient(CIPHER, allow_private=True)),
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
