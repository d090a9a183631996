"""Removing a post: what is at the provider is deleted there, account by account. Pure.

A post is cancelled only once nothing remote can publish any more.
"""

from datetime import datetime

from models.snapshot import DeliveryView, Snapshot
from models.statuses import DeliveryStatus, Intent, PostStatus, final_post_status
from worker.decision import TRANSITIONS, Become, Decision, Do, End, Step, Wait

OVER = (DeliveryStatus.PUBLISHED, DeliveryStatus.UNKNOWN, DeliveryStatus.CANCELLED)


def cancel(snapshot: Snapshot, now: datetime) -> Decision:
    """The next step towards a cancelled post."""
    waits = []
    for delivery in snapshot.deliveries:
        decision = _next_of(delivery, now)
        if not isinstance(decision, Wait):
            return decision
        if decision.until is not None:
            waits.append(decision.until)
    return Wait(min(waits)) if waits else _end(snapshot)


def _next_of(delivery: DeliveryView, now: datetime) -> Decision:
    if delivery.status in OVER:
        return Wait(None)
    if delivery.not_before is not None and delivery.not_before > now:
        return Wait(delivery.not_before)
    if delivery.intent is Intent.CREATE or delivery.intent in TRANSITIONS:
        return Do(Step.LOOK, delivery)
    if delivery.status is DeliveryStatus.PUBLISHING:
        return Do(Step.VERIFY, delivery)
    if delivery.remote_id is not None:
        return Do(Step.DELETE, delivery)
    return End(delivery, DeliveryStatus.CANCELLED, "removed")


def _end(snapshot: Snapshot) -> Become:
    statuses = [delivery.status for delivery in snapshot.deliveries]
    ended = final_post_status(statuses)
    if ended is PostStatus.CANCELLED:
        return Become(ended, "removed")
    if ended is PostStatus.UNKNOWN:
        errors = "; ".join(f"{d.platform}: {d.error}" for d in snapshot.deliveries if d.error)
        return Become(ended, f"its removal could not be finished: {errors}")
    return Become(ended, "it went out before its removal reached the provider")
