"""Reconcile: the response of an earlier call was never stored; ask the provider for the result."""

from models.snapshot import DeliveryView
from models.statuses import DeliveryStatus, Intent
from provider.errors import GiveUp
from provider.protocol import RemotePost, RemoteStage
from worker.steps.outcome import Done, Failed, Outcome, Snooze
from worker.steps.step_context import StepContext, delivery_columns


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Records what the provider shows. "Not there" counts only after the settle time."""
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
    remotes = await context.provider.find(draft)
    if not remotes:
        return _wait_to_settle(context, delivery) or _unchanged(delivery)
    # Duplicates come from a create that was repeated. Keep one, and remove the others.
    keep, *duplicates = sorted(remotes, key=_precedence)
    for duplicate in duplicates:
        await _discard_duplicate(context, duplicate)
    unsupported = context.provider.unsupported_fields(draft)
    return Done(
        {**_adopted_columns(context, keep), "not_carried": unsupported}, "found by its marker"
    )


async def _discard_duplicate(context: StepContext, duplicate: RemotePost) -> None:
    """Make sure that a duplicate is not published. One that is published cannot be taken back."""
    if duplicate.stage is RemoteStage.SCHEDULED:
        duplicate = await context.provider.unschedule(duplicate.id) or duplicate
    if duplicate.stage is RemoteStage.DRAFT:
        await context.provider.delete(duplicate.id)


PRECEDENCE = (
    RemoteStage.PUBLISHED,
    RemoteStage.PUBLISHING,
    RemoteStage.SCHEDULED,
    RemoteStage.OTHER,
    RemoteStage.FAILED,
)


def _precedence(remote: RemotePost) -> tuple[int, str]:
    """Sort key: what was published first, drafts last."""
    is_listed = remote.stage in PRECEDENCE
    return PRECEDENCE.index(remote.stage) if is_listed else len(PRECEDENCE), remote.id


def _adopted_columns(context: StepContext, remote: RemotePost) -> dict[str, object]:
    created = {"status": DeliveryStatus.CREATED, "remote_id": remote.id}
    return {
        **created,
        "sent_version": None,  # unknown: it may be older content, so an update follows
        **delivery_columns(remote, context.now),
    }


def _unchanged(delivery: DeliveryView, *, is_stray: bool = False) -> Done:
    """The call may be repeated. Its failed attempts still count, so that this ends."""
    changes = {"attempts": delivery.attempts, "is_stray": is_stray or delivery.is_stray}
    return Done(changes, "nothing had happened")


def _wait_to_settle(context: StepContext, delivery: DeliveryView) -> Snooze | None:
    """A wait while the request may still arrive; None after the settle time."""
    sent_at = delivery.intent_at or context.now
    remaining = sent_at + context.policy.settle_time - context.now
    if remaining.total_seconds() <= 0:
        return None
    return Snooze(min(remaining, context.policy.verify_interval))
