"""Finds a publication whose answer was lost, where the network chooses the ids and keeps no marker.

What was published is told by its content, so others may have published the same. Who has what is in
the database: `worker.adoption` decides, in the transaction that writes the outcome.
"""

from models.snapshot import DeliveryView
from models.statuses import DeliveryStatus, PostStatus
from provider.errors import OutcomeUnknown
from provider.protocol import RemotePost
from worker.steps.outcome import Candidates, Done, Outcome, Snooze
from worker.steps.step_context import TOO_LATE, StepContext, delivery_columns

EDITED = "it was changed after a call that may have published it; look there whether it went out"
RESTORED = (
    "a backup was restored after its slot, and no post with its text was found; look there whether "
    "it went out"
)


async def run(context: StepContext, delivery: DeliveryView) -> Outcome:
    """A publication that is ours, or that may be; else the call may be repeated, after the settle
    time."""
    if delivery.remote_id is not None:
        return await _finish(context, delivery, delivery.remote_id)
    if delivery.profile_id is None:
        raise OutcomeUnknown(f"no {delivery.platform} account is connected to search for the post")
    if delivery.intent_version not in (None, context.snapshot.post.content_version):
        return Done({"status": DeliveryStatus.UNKNOWN, "error": EDITED}, EDITED)
    draft = context.draft(delivery)
    found = await context.provider.find(draft)
    otherwise = _settle(context, delivery) or _not_there(context, delivery)
    if not found:
        return otherwise
    return Candidates(
        tuple(found),
        otherwise,
        changes={
            "sent_version": context.snapshot.post.content_version,
            "not_carried": context.provider.unsupported_fields(draft),
        },
        is_whole=not draft.thread,
    )


async def _finish(context: StepContext, delivery: DeliveryView, remote_id: str) -> Outcome:
    """A publication that was found: what is missing of its thread follows, whatever the time."""
    remote: RemotePost | None = await context.provider.get(remote_id)
    if remote is None:
        gone = "it was deleted there after it went out; a copy of the post can go out again"
        return Done({"status": DeliveryStatus.UNKNOWN, "error": gone}, gone)
    if context.snapshot.post.status is PostStatus.CANCELLING:
        return Done(delivery_columns(remote, context.now), TOO_LATE)
    draft = context.draft(delivery)
    wait = _settle(context, delivery) if draft.thread else None
    if wait is not None:  # a slow worker may still send the next text of the thread
        return wait
    whole = await context.provider.publish_now(remote_id, draft, held_until=context.held_until)
    return Done(delivery_columns(whole, context.now), "found, and whole")


def _settle(context: StepContext, delivery: DeliveryView) -> Snooze | None:
    """A wait: before the settle time is over, "not there" proves nothing. It counts from the last
    moment at which the call may have left: a worker that was slow sends it until its claim ends."""
    sent_at = (delivery.intent_at or context.now) + context.policy.claim_ttl
    remaining = sent_at + context.policy.settle_time - context.now
    return Snooze(remaining) if remaining.total_seconds() > 0 else None


def _not_there(context: StepContext, delivery: DeliveryView) -> Done:
    """The call may be repeated, and its failed attempts still count, so that this ends. Not after a
    restore: what went out since the backup may have had another text."""
    due = context.snapshot.post.due_at
    is_restored = delivery.intent_version is None
    if is_restored and due is not None and due <= (delivery.intent_at or context.now):
        return Done({"status": DeliveryStatus.UNKNOWN, "error": RESTORED}, RESTORED)
    return Done({"attempts": delivery.attempts}, "nothing had happened")
