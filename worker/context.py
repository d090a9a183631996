"""What log lines are about: the job, its subject, and the step that is being taken."""

from contextlib import AbstractContextManager

from structlog.contextvars import bind_contextvars, bound_contextvars

from models.snapshot import PostView
from models.store.jobs import Claim
from models.task_names import JobKind
from worker.decision import Do

SUBJECT = {
    JobKind.POST: "post",
    JobKind.FIRING: "firing",
    JobKind.ACCOUNTS: "workspace",
    JobKind.QUEUE: "organization",
    JobKind.WEBHOOK: "webhook_delivery",
}


def about(held: Claim) -> None:
    """From here on this task, and those that it makes, speak of this job."""
    bind_contextvars(**{"job": held.job_id, SUBJECT[held.kind]: held.subject_id})


def at_step(post: PostView, do: Do) -> AbstractContextManager[None]:
    """Inside, lines speak of this step, too."""
    bind_contextvars(organization=post.organization_id)
    return bound_contextvars(step=do.step.value, subject=do.subject.id)
