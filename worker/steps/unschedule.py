"""Unschedule: take a post off the provider's timer, because it was changed or taken back."""

from models.snapshot import DeliveryView
from provider.errors import GiveUp, OutcomeUnknown
from provider.protocol import RemoteStage
from worker.steps.outcome import Done, Failed, Outcome
from worker.steps.step_context import TOO_LATE, StepContext, delivery_columns


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Makes the post a draft again; or records that the change came too late."""
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
