"""Reconcile: the response of an earlier call was never stored; ask the provider for the result."""

from models.snapshot import DeliveryView
from models.statuses import DeliveryStatus, Intent, PostStatus
from provider.errors import GiveUp, OutcomeUnknown
from provider.protocol import Idempotency, RemotePost, RemoteStage
from worker.planner.decisions import TRANSITIONS
from worker.steps import find_publication
from worker.steps.outcome import Done, Failed, Outcome, Snooze
from worker.steps.schedule import own_id
from worker.steps.step_context import StepContext, delivery_columns

GONE = (
    "the post was deleted at the provider; look whether it went out: a retry makes it again, "
    "cancelling leaves it so"
)


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """Records what the provider shows. A known remote post is asked for; the search by the marker
    decides only where there is none, or it is gone. "Not there" counts only after the settle time,
    and only where the provider's whole list was read."""
    capabilities = context.provider.capabilities
    if not capabilities.drafts:
        is_ours = capabilities.idempotency is Idempotency.OWN_ID
        return await (_find_own if is_ours else find_publication.run)(context, delivery)
    if delivery.intent is Intent.CREATE or delivery.remote_id is None:
        return await _find_created(context, delivery)
    remote = await context.provider.get(delivery.remote_id)
    if remote is None:
        return await _find_replacement(context, delivery)
    if remote.stage is RemoteStage.DRAFT:
        return _wait_to_settle(context, delivery) or _unchanged(delivery, is_stray=True)
    if remote.stage is RemoteStage.OTHER:
        return Failed(GiveUp(f"the provider shows the post in the stage {remote.raw_stage}"))
    stray = {"is_stray": True} if remote.stage is RemoteStage.SCHEDULED else {}
    return Done({**delivery_columns(remote, context.now), **stray})


async def _find_own(context: StepContext, delivery: DeliveryView) -> Outcome:
    """A post whose id we chose: it is there, or the call may be repeated under the same id."""
    remote_id = own_id(context, delivery) or ""
    remote = await context.provider.get(remote_id)
    if remote is not None:
        return Done(delivery_columns(remote, context.now))
    changes = {"remote_id": remote_id, "sent_version": delivery.intent_version}
    return Done({**changes, **_unchanged(delivery, is_stray=True).changes}, "nothing had happened")


async def _find_created(context: StepContext, delivery: DeliveryView) -> Outcome:
    found = await _adopt(context, delivery) or _search_after_settling(context, delivery)
    return found or _fail_after_last_attempt(context, delivery) or _unchanged(delivery)


def _fail_after_last_attempt(context: StepContext, delivery: DeliveryView) -> Done | None:
    """Failed, where the last create made nothing either: that is proved now."""
    if delivery.intent is not Intent.CREATE or delivery.attempts < context.policy.attempts:
        return None
    return Done({"status": DeliveryStatus.FAILED, "error": delivery.error}, "nothing had happened")


async def _find_replacement(context: StepContext, delivery: DeliveryView) -> Outcome:
    """The known remote post is gone: an edit has replaced it by a newer one, or it was removed. A
    removed one is never created again, except by a person's retry."""
    found = await _adopt(context, delivery) or _search_after_settling(context, delivery)
    if found is not None:
        return found
    gone: dict[str, object] = {"remote_id": None, "remote_stage": None, "is_stray": False}
    if context.snapshot.post.status is PostStatus.CANCELLING or delivery.is_removed:
        return Done(gone, "it is gone from the provider")
    return Done({**gone, "status": DeliveryStatus.UNKNOWN, "error": GONE}, GONE)


async def _adopt(context: StepContext, delivery: DeliveryView) -> Done | None:
    """The columns of the remote post with the marker; None if there is none."""
    if delivery.profile_id is None:
        raise OutcomeUnknown(f"no {delivery.platform} account is connected to search for the post")
    draft = context.draft(delivery)
    remotes = await context.provider.find(draft)
    if not remotes:
        return None
    # Duplicates come from a create that was repeated. Keep one, and remove the others.
    keep, *duplicates = sorted(remotes, key=_precedence)
    for duplicate in duplicates:
        await _discard_duplicate(context, duplicate)
    unsupported = context.provider.unsupported_fields(draft)
    columns = {**_adopted_columns(context, delivery, keep), "not_carried": unsupported}
    return Done(columns, "found by its marker")


async def _discard_duplicate(context: StepContext, duplicate: RemotePost) -> None:
    """Make sure that a duplicate is not published. One that is published cannot be taken back."""
    if duplicate.stage is RemoteStage.SCHEDULED:
        duplicate = await context.provider.unschedule(duplicate.id) or duplicate
    if duplicate.stage is RemoteStage.DRAFT:
        await context.provider.delete(duplicate.id, held_until=context.held_until)


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


def _adopted_columns(
    context: StepContext, delivery: DeliveryView, remote: RemotePost
) -> dict[str, object]:
    return {
        "status": DeliveryStatus.CREATED,
        "remote_id": remote.id,
        # A transition without an answer may be this remote post's, and may still arrive.
        "is_stray": delivery.intent in TRANSITIONS,
        "sent_version": None,  # unknown: it may be older content, so an update follows
        **delivery_columns(remote, context.now),
    }


def _unchanged(delivery: DeliveryView, *, is_stray: bool = False) -> Done:
    """The call may be repeated. Its failed attempts still count, so that this ends."""
    changes = {"attempts": delivery.attempts, "is_stray": is_stray or delivery.is_stray}
    return Done(changes, "nothing had happened")


def _wait_to_settle(context: StepContext, delivery: DeliveryView) -> Snooze | None:
    """A short wait while the request may still arrive; None after the settle time."""
    whole = _search_after_settling(context, delivery)
    return whole and Snooze(min(whole.delay, context.policy.verify_interval))


def _search_after_settling(context: StepContext, delivery: DeliveryView) -> Snooze | None:
    """A wait for the whole settle time; None after it. A search may read many pages, so it is not
    repeated before it can prove something."""
    sent_at = delivery.intent_at or context.now
    remaining = sent_at + context.policy.settle_time - context.now
    return Snooze(remaining) if remaining.total_seconds() > 0 else None
