"""What log lines are about: the job, its subject, and the step that is being taken."""

from contextlib import AbstractContextManager

from structlog.contextvars import bind_contextvars, bound_contextvars

from models.snapshot import PostView
from models.store.jobs.job_queue import Claim
from models.task_names import JobKind
from worker.planner.decisions import RunStep

SUBJECT_FIELDS = {
    JobKind.POST: "post",
    JobKind.FIRING: "firing",
    JobKind.ACCOUNTS: "workspace",
    JobKind.QUEUE: "organization",
    JobKind.WEBHOOK: "webhook_delivery",
}


def bind_job(claim: Claim) -> None:
    """From here on this task, and those that it makes, speak of this job."""
    bind_contextvars(**{"job": claim.job_id, SUBJECT_FIELDS[claim.kind]: claim.subject_id})


def bind_step(post: PostView, run_step: RunStep) -> AbstractContextManager[None]:
    """Inside, lines speak of this step, too."""
    bind_contextvars(organization=post.organization_id)
    return bound_contextvars(step=run_step.step.value, subject=run_step.subject.id)
