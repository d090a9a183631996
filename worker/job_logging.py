"""Logging of jobs: the fields of each line, and the lines of posts and of their steps."""

import logging
from dataclasses import dataclass
from datetime import datetime

from structlog.contextvars import bind_contextvars

from models.snapshot import PostView
from models.statuses import PostStatus
from models.store.jobs.job_queue import Claim
from models.task_names import JobKind
from provider.errors import NotNow
from worker.metrics import outcome_name
from worker.planner.decisions import HoldDelivery, RunStep, SetPostStatus, Step
from worker.steps.outcome import Failed, Outcome

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


def bind_step(post: PostView, run_step: RunStep) -> None:
    """Add the step and its subject to all further log lines of this task, which is the step's."""
    bind_contextvars(
        organization=post.organization_id,
        step=run_step.step.value,
        subject=run_step.subject.id,
        connection=run_step.connection.id,
    )


def log_step(step: Step, outcome: Outcome, seconds: float) -> None:
    """Log the outcome of a step: of a call that failed at INFO, of all others at DEBUG. A post has
    many steps, so what nobody reads is not put together."""
    is_failure = isinstance(outcome, Failed) and not isinstance(outcome.error, NotNow)
    level = logging.INFO if is_failure else logging.DEBUG
    if not log.isEnabledFor(level):
        return
    name = outcome_name(outcome)
    fields: dict[str, object] = {"outcome": name, "duration_ms": round(seconds * 1000)}
    if isinstance(outcome, Failed):
        fields |= {"http_status": outcome.error.http_status, "error": str(outcome.error)}
    log.log(level, "%s: %s", step.value, name, extra=fields)


@dataclass(frozen=True, slots=True)
class PostChange:
    """What an operator is told about a post: its new status, or that a delivery is held or goes on
    again; and when (the database's time)."""

    post: PostView
    decision: SetPostStatus | HoldDelivery
    at: datetime


def log_post_change(change: PostChange) -> None:
    """Log a change of a post. Call this after the commit. `publishing` is logged at DEBUG: the line
    of its end follows."""
    decision, post = change.decision, change.post
    name, outcome = (
        ("hold", decision.outcome)
        if isinstance(decision, HoldDelivery)
        else ("post", decision.status.value)
    )
    level = logging.DEBUG if outcome == PostStatus.PUBLISHING else logging.INFO
    late = (change.at - (post.scheduled_for or post.accepted_at)).total_seconds()
    fields = {
        "outcome": outcome,
        "error": decision.reason,
        "organization": post.organization_id,
        "lateness_ms": round(late * 1000) if late >= 0 else None,
    }
    log.log(level, "%s: %s", name, outcome, extra=fields)
