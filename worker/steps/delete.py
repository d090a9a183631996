"""Delete: remove the remote post, so that no call that is still on its way can publish it."""

from models.snapshot import DeliveryView
from models.statuses import DeliveryStatus, PostStatus
from provider.errors import OutcomeUnknown
from provider.protocol import RemotePost, RemoteStage
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import TOO_LATE, StepContext, delivery_columns


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Deletes the remote post; records a publication that was earlier.

    A provider may delete a published post without an error, and the network keeps it. So the stage
    is read first, and a scheduled post is taken off the provider's timer before it is deleted.
    """
    remote_id = delivery.remote_id or ""
    remote: RemotePost | None = await context.provider.get(remote_id)
    if remote is not None and remote.stage is RemoteStage.SCHEDULED:
        remote = await context.provider.unschedule(remote_id)
    if remote is None and not context.provider.capabilities.drafts:
        # An earlier call may still be on its way.
        await context.provider.delete(remote_id, held_until=context.held_until)
    elif remote is not None:
        if remote.stage is RemoteStage.SCHEDULED:
            raise OutcomeUnknown("the post is still on the provider's timer")
        if remote.stage in (RemoteStage.PUBLISHING, RemoteStage.PUBLISHED):
            return Done(delivery_columns(remote, context.now), TOO_LATE)
        await context.provider.delete(remote_id, held_until=context.held_until)
    return Done(_deleted_columns(context, delivery))


def _deleted_columns(context: StepContext, delivery: DeliveryView) -> dict[str, object]:
    """The columns of a delivery without a remote post: cancelled, still failed, or pending."""
    columns: dict[str, object] = {
        "remote_id": None,
        "remote_stage": None,
        "sent_version": None,
        "is_stray": False,
        "link": None,
        # A new remote post goes to the account that is the default then.
        "account_id": delivery.account_id if delivery.is_named else None,
    }
    if context.snapshot.post.status is PostStatus.CANCELLING:
        return {**columns, "status": DeliveryStatus.CANCELLED}
    if delivery.status is DeliveryStatus.FAILED:
        return {**columns, "error": delivery.error}
    return {**columns, "status": DeliveryStatus.PENDING}
