"""Names of the Celery tasks: beat sends them, workers register them."""

from datetime import timedelta
from enum import StrEnum


class JobKind(StrEnum):
    """The kind of a job's subject."""

    POST = "post"
    FIRING = "firing"
    ACCOUNTS = "accounts"
    QUEUE = "queue"
    WEBHOOK = "webhook"
    ORGANIZATION = "organization"


TASK_FOR_KIND = {
    JobKind.POST: "post.carry",
    JobKind.FIRING: "slot.open",
    JobKind.ACCOUNTS: "accounts.sync",
    JobKind.QUEUE: "queue.arrange",
    JobKind.WEBHOOK: "webhook.deliver",
    JobKind.ORGANIZATION: "organization.delete",
}
# An accounts job that succeeded runs again after this; one that failed, much sooner.
ACCOUNTS_INTERVAL = timedelta(minutes=15)
# Not a job: beat sends it as a Celery periodic task, and nothing is lost if the message is.
PRUNE_TASK = "maintenance.prune"
