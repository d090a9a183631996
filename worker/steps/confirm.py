"""Confirm: tell the provider that the bytes are there; unconfirmed files are deleted."""

from models.snapshot import DeliveryView, MediaView
from models.statuses import MediaStatus
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext


async def run(context: StepContext, subject: MediaView | DeliveryView) -> Outcome:
    """The provider knows; our own record of it is what a later doubt is settled by."""
    media = context.media(subject)
    await context.provider.confirm_upload(media.remote_id or "")
    return Done({"status": MediaStatus.CONFIRMED, "confirmed_at": context.now})
