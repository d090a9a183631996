"""Create: make the post at the provider. It publishes nothing yet, so one too many is harmless."""

from models.snapshot import DeliveryView, MediaView
from models.statuses import DeliveryStatus
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext


async def run(context: StepContext, subject: MediaView | DeliveryView) -> Outcome:
    """The remote post exists, and its id is what any later call names."""
    draft = context.draft(context.delivery(subject))
    remote = await context.provider.create(draft)
    dropped = context.provider.unsupported_fields(draft)
    note = f"not carried by this provider: {', '.join(dropped)}" if dropped else None
    changes = {
        "status": DeliveryStatus.CREATED,
        "remote_id": remote.id,
        "remote_stage": remote.raw_stage,
        "sent_version": context.snapshot.post.content_version,
        "not_carried": dropped,
    }
    return Done(changes, note)
