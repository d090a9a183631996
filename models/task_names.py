"""The names of the Celery tasks, as beat sends them and workers register them."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a job is about: its subject's kind."""

    POST = "post"
    FIRING = "firing"
    ACCOUNTS = "accounts"
    QUEUE = "queue"
    WEBHOOK = "webhook"


TASK_FOR_KIND = {
    JobKind.POST: "post.carry",
    JobKind.FIRING: "slot.open",
    JobKind.ACCOUNTS: "accounts.sync",
    JobKind.QUEUE: "queue.arrange",
    JobKind.WEBHOOK: "webhook.deliver",
}
# Not a job's: beat sends it by its own heap, and nothing is lost when it is.
PRUNE_TASK = "maintenance.prune"
