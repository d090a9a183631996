"""Look: an earlier call's answer was never written down; find out what became of it."""

from models.snapshot import DeliveryView, MediaView
from models.statuses import DeliveryStatus, Intent
from provider.errors import GiveUp
from provider.protocol import RemotePost, RemoteStage
from worker.steps.outcome import Done, Failed, Outcome, Snooze
from worker.steps.step_context import StepContext, delivery_columns


async def run(context: StepContext, subject: MediaView | DeliveryView) -> Outcome:
    """What the provider shows; "nothing" counts only once the settle time has passed."""
    delivery = context.delivery(subject)
    if delivery.intent is Intent.CREATE or delivery.remote_id is None:
        return await _find_created(context, delivery)
    remote = await context.provider.get(delivery.remote_id or "")
    if remote is None:
        return Failed(GiveUp("the post was deleted at the provider"))
    if remote.stage is RemoteStage.DRAFT:
        return _wait_to_settle(context, delivery) or _unchanged(delivery, is_stray=True)
    if remote.stage is RemoteStage.OTHER:
        return Failed(GiveUp(f"the provider shows the post in the stage {remote.raw_stage}"))
    stray = {"is_stray": True} if remote.stage is RemoteStage.SCHEDULED else {}
    return Done({**delivery_columns(remote, context.now), **stray})


async def _find_created(context: StepContext, delivery: DeliveryView) -> Outcome:
    draft = context.draft(delivery)
    found = await context.provider.find(draft)
    if not found:
        return _wait_to_settle(context, delivery) or _unchanged(delivery)
    # Twins are drafts that nobody will ever transition; keep one, and leave no litter.
    keep, *twins = sorted(found, key=_precedence)
    for twin in twins:
        await _discard_duplicate(context, twin)
    dropped = context.provider.unsupported_fields(draft)
    return Done({**_adopted_columns(context, keep), "not_carried": dropped}, "found by its marker")


async def _discard_duplicate(context: StepContext, twin: RemotePost) -> None:
    """What has gone out cannot be called back; nothing else may follow it."""
    if twin.stage is RemoteStage.SCHEDULED:
        twin = await context.provider.unschedule(twin.id) or twin
    if twin.stage is RemoteStage.DRAFT:
        await context.provider.delete(twin.id)


PRECEDENCE = (
    RemoteStage.PUBLISHED,
    RemoteStage.PUBLISHING,
    RemoteStage.SCHEDULED,
    RemoteStage.OTHER,
    RemoteStage.FAILED,
)


def _precedence(remote: RemotePost) -> tuple[int, str]:
    """What has gone out before what may, and that before what cannot."""
    known = remote.stage in PRECEDENCE
    return PRECEDENCE.index(remote.stage) if known else len(PRECEDENCE), remote.id


def _adopted_columns(context: StepContext, remote: RemotePost) -> dict[str, object]:
    created = {"status": DeliveryStatus.CREATED, "remote_id": remote.id}
    return {
        **created,
        "sent_version": None,  # it may be older than today's content: an update will tell
        **delivery_columns(remote, context.now),
    }


def _unchanged(delivery: DeliveryView, *, is_stray: bool = False) -> Done:
    """The call may be repeated. Its failed attempts still count: this must not go on for ever."""
    changes = {"attempts": delivery.attempts, "is_stray": is_stray or delivery.is_stray}
    return Done(changes, "nothing had happened")


def _wait_to_settle(context: StepContext, delivery: DeliveryView) -> Snooze | None:
    """The request may still arrive; None once it no longer can."""
    asked = delivery.intent_at or context.now
    remaining = asked + context.policy.settle_time - context.now
    if remaining.total_seconds() <= 0:
        return None
    return Snooze(min(remaining, context.policy.verify_interval))
