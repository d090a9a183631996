"""Schedule: hand a created post to the provider's timer, or have it published at once."""

from models.snapshot import DeliveryView
from provider.protocol import Draft, Idempotency
from worker.steps.outcome import Done, Outcome
from worker.steps.step_context import StepContext, delivery_columns, not_carried_note


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Sets the provider's timer: the provider publishes at the slot by itself."""
    return Done(
        delivery_columns(await context.provider.schedule(delivery.remote_id or ""), context.now)
    )


async def run_now(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Publishes at once: the draft, or the post itself where the provider has no drafts."""
    provider, draft = context.provider, context.draft(delivery)
    is_direct = not provider.capabilities.drafts
    remote_id = own_id(context, delivery) if is_direct else delivery.remote_id
    remote = await provider.publish_now(remote_id or "", draft, held_until=context.held_until)
    columns = delivery_columns(remote, context.now)
    return _record_content(context, columns, draft) if is_direct else Done(columns)


def own_id(context: StepContext, delivery: DeliveryView) -> str | None:
    """The delivery's remote id: the one that is stored, else the one that we choose."""
    chooses = context.provider.capabilities.idempotency is Idempotency.OWN_ID
    if delivery.remote_id is None and chooses:
        return context.provider.own_id(context.snapshot.marker(delivery))
    return delivery.remote_id


def _record_content(context: StepContext, columns: dict[str, object], draft: Draft) -> Done:
    """The columns that elsewhere the creation of the draft records."""
    unsupported = context.provider.unsupported_fields(draft)
    version = context.snapshot.post.content_version
    changes = {**columns, "sent_version": version, "not_carried": unsupported}
    return Done(changes, not_carried_note(unsupported))
