"""Job handlers: one module for each kind of job."""

from collections.abc import Callable, Coroutine
from typing import Any

from models.store.jobs.job_queue import Claim
from models.task_names import JobKind
from worker.context import WorkerContext
from worker.jobs.arrange_queue import arrange_queue
from worker.jobs.delete_organization import delete_organization
from worker.jobs.deliver_webhook import run_webhook_job
from worker.jobs.open_slot import open_slot
from worker.jobs.publish_post import run_post_job
from worker.jobs.sync_accounts import sync_accounts

JobHandler = Callable[[WorkerContext, Claim], Coroutine[Any, Any, None]]

HANDLERS: dict[JobKind, JobHandler] = {
    JobKind.POST: run_post_job,
    JobKind.FIRING: open_slot,
    JobKind.ACCOUNTS: sync_accounts,
    JobKind.QUEUE: arrange_queue,
    JobKind.WEBHOOK: run_webhook_job,
    JobKind.ORGANIZATION: delete_organization,
}
# Webhook calls have limits of their own, so that no post waits for a slow receiver.
UNLIMITED_KINDS = frozenset({JobKind.WEBHOOK})

__all__ = ["HANDLERS", "UNLIMITED_KINDS", "JobHandler"]
