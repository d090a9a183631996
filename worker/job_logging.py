"""Logging of jobs: the fields of each line, a line for each step and for each new post status."""

import logging
from contextlib import AbstractContextManager

from structlog.contextvars import bind_contextvars, bound_contextvars

from models.snapshot import PostView
from models.store.jobs.job_queue import Claim
from models.task_names import JobKind
from worker.metrics import outcome_name
from worker.planner.decisions import RunStep, SetPostStatus, Step
from worker.steps.outcome import Failed, Outcome, Snooze

log = logging.getLogger(__name__)
SUBJECT_FIELDS = {
    JobKind.POST: "post",
    JobKind.FIRING: "firing",
    JobKind.ACCOUNTS: "connection",
    JobKind.QUEUE: "organization",
    JobKind.WEBHOOK: "webhook_delivery",
    JobKind.ORGANIZATION: "organization",
}


def bind_job(claim: Claim) -> None:
    """Add the job and its subject to all further log lines of this task and its child tasks."""
    bind_contextvars(**{"job": claim.job_id, SUBJECT_FIELDS[claim.kind]: claim.subject_id})


def bind_step(post: PostView, run_step: RunStep) -> AbstractContextManager[None]:
    """Add the step and its subject to the log lines inside the `with` block."""
    return bound_contextvars(
        organization=post.organization_id,
        step=run_step.step.value,
        subject=run_step.subject.id,
        connection=run_step.connection.id,
    )


def log_step(step: Step, outcome: Outcome, seconds: float) -> None:
    """Log the outcome of a step. A snooze is logged at DEBUG: nothing has happened yet."""
    name = outcome_name(outcome)
    fields: dict[str, object] = {"outcome": name, "duration_ms": round(seconds * 1000)}
    if isinstance(outcome, Failed):
        fields |= {"http_status": outcome.error.http_status, "error": str(outcome.error)}
    level = logging.DEBUG if isinstance(outcome, Snooze) else logging.INFO
    log.log(level, "%s: %s", step.value, name, extra=fields)


def log_post_status(change: SetPostStatus, organization_id: str) -> None:
    """Log a post's new status. Call this after the commit."""
    fields = {
        "outcome": change.status.value,
        "error": change.reason,
        "organization": organization_id,
    }
    log.info("post: %s", change.status.value, extra=fields)
