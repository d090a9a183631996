"""Update: bring a created post up to date with what is desired now, such as another slot."""

from models.snapshot import DeliveryView
from models.statuses import Intent
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Sends the current content to the remote draft. Repeating it is harmless."""
    draft = context.draft(delivery)
    remote = await context.provider.update(delivery.remote_id or "", draft)
    changes = {
        "sent_version": context.snapshot.post.content_version,
        "not_carried": context.provider.unsupported_fields(draft),
        "remote_stage": remote.raw_stage,
        # An earlier update without a response may still arrive, and undo a later one.
        "is_stray": delivery.is_stray or delivery.intent is Intent.UPDATE,
    }
    return Done(changes)
