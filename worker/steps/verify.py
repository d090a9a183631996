"""Verify: after the slot, was the post published?"""

from datetime import datetime

from models.snapshot import DeliveryView
from models.statuses import DeliveryStatus
from provider.errors import GiveUp
from provider.protocol import RemotePost, RemoteStage
from worker.steps.outcome import Done, Failed, Outcome, Snooze
from worker.steps.step_context import StepContext, delivery_columns


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Records a publication or a failure. A post that is still being published is asked for again,
    until a time limit."""
    remote = await context.provider.get(delivery.remote_id or "")
    if remote is None:
        return Failed(GiveUp("the post was deleted at the provider before it went out"))
    if remote.stage in (RemoteStage.PUBLISHED, RemoteStage.FAILED):
        return Done(delivery_columns(remote, context.now))
    unscheduled = _fail_if_unscheduled(context, delivery, remote)
    return unscheduled or _wait_or_give_up(context, delivery, remote)


def _fail_if_unscheduled(
    context: StepContext, delivery: DeliveryView, remote: RemotePost
) -> Done | None:
    """A draft after its slot: a person took it off the timer at the provider. Do not undo that."""
    due = context.snapshot.post.due_at or context.now
    settled = context.now > due + context.policy.settle_time
    if delivery.status is not DeliveryStatus.SCHEDULED or remote.stage is not RemoteStage.DRAFT:
        return None
    if not settled:
        return None
    reason = "at its slot the provider had it as a draft: it was taken off the timer there"
    return Done(
        {**delivery_columns(remote, context.now), "status": DeliveryStatus.FAILED, "error": reason}
    )


def _wait_or_give_up(context: StepContext, delivery: DeliveryView, remote: RemotePost) -> Outcome:
    """Ask again, up to a limit, which begins with the publication: a post may be late itself."""
    if context.now <= _begins(context, delivery, remote) + context.policy.verify_limit:
        # A stale response must not change "publishing" back to "scheduled".
        changes = (
            delivery_columns(remote, context.now) if remote.stage is RemoteStage.PUBLISHING else {}
        )
        return Snooze(context.policy.verify_interval, changes)
    reason = f"the provider still shows {remote.raw_stage}; look there whether it went out"
    return Done({"status": DeliveryStatus.UNKNOWN, "error": reason})


def _begins(context: StepContext, delivery: DeliveryView, remote: RemotePost) -> datetime:
    """When the publication began: now, if nobody has seen it before. Of one that older code had
    seen, and of one that has not begun, the slot."""
    due = context.snapshot.post.due_at or context.now
    if delivery.status is DeliveryStatus.PUBLISHING:
        return delivery.publishing_since or due
    return context.now if remote.stage is RemoteStage.PUBLISHING else due
