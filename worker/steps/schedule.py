"""Schedule: hand a created post to the provider's timer, or have it published at once."""

from models.snapshot import DeliveryView, MediaView
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext, delivery_columns


async def run(context: StepContext, subject: MediaView | DeliveryView) -> Outcome:
    """The provider will publish at the slot by itself."""
    delivery = context.delivery(subject)
    return Done(
        delivery_columns(await context.provider.schedule(delivery.remote_id or ""), context.now)
    )


async def run_now(context: StepContext, subject: MediaView | DeliveryView) -> Outcome:
    """The provider is publishing."""
    delivery = context.delivery(subject)
    return Done(
        delivery_columns(await context.provider.publish_now(delivery.remote_id or ""), context.now)
    )
