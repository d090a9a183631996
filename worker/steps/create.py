"""Create: make the post at the provider. It publishes nothing yet, so a duplicate is harmless."""

from models.snapshot import DeliveryView
from models.statuses import DeliveryStatus
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext, not_carried_note


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Creates the remote post, and stores the id that all later calls use."""
    draft = context.draft(delivery)
    remote = await context.provider.create(draft)
    unsupported = context.provider.unsupported_fields(draft)
    changes = {
        "status": DeliveryStatus.CREATED,
        "remote_id": remote.id,
        "remote_stage": remote.raw_stage,
        "sent_version": context.snapshot.post.content_version,
        "not_carried": unsupported,
    }
    return Done(changes, not_carried_note(unsupported))
