"""Schedule: hand a created post to the provider's timer, or have it published at once."""

from models.snapshot import DeliveryView
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext, delivery_columns


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Sets the provider's timer: the provider publishes at the slot by itself."""
    return Done(
        delivery_columns(await context.provider.schedule(delivery.remote_id or ""), context.now)
    )


async def run_now(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Publishes at once."""
    return Done(
        delivery_columns(await context.provider.publish_now(delivery.remote_id or ""), context.now)
    )
