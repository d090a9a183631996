"""Unschedule: take a post off the provider's timer, because it is to say or do something else."""

from models.snapshot import DeliveryView, MediaView
from provider.errors import GiveUp, OutcomeUnknown
from provider.protocol import RemoteStage
from worker.steps.outcome import Done, Failed, Outcome
from worker.steps.step_context import TOO_LATE, StepContext, delivery_columns


async def run(context: StepContext, subject: MediaView | DeliveryView) -> Outcome:
    """The post is a draft again; or it is on its way out, and the change comes too late."""
    delivery = context.delivery(subject)
    remote = await context.provider.unschedule(delivery.remote_id or "")
    if remote is None:
        return Failed(GiveUp("the post was deleted at the provider"))
    if remote.stage is RemoteStage.SCHEDULED:
        raise OutcomeUnknown("the provider took the post off its timer, and still shows it there")
    if remote.stage is RemoteStage.OTHER:
        return Failed(GiveUp(f"the provider shows the post in the stage {remote.raw_stage}"))
    return Done(
        delivery_columns(remote, context.now),
        None if remote.stage is RemoteStage.DRAFT else TOO_LATE,
    )
