"""Missed slots: what happens to a post after its slot and its grace period. Pure."""

from datetime import datetime

from models.snapshot import DeliveryView, Snapshot
from models.statuses import DeliveryStatus, Desired, PostStatus
from worker.planner.decisions import (
    TRANSITIONS,
    Decision,
    FinishDelivery,
    SetPostStatus,
    Wait,
)
from worker.planner.policy import MissedPolicy, Policy
from worker.planner.remote_post import delete_remote_post, has_unresolved_call

# Statuses before any call that publishes.
NEVER_SENT = (DeliveryStatus.PENDING, DeliveryStatus.CREATED)


def missed_before_upload(snapshot: Snapshot, policy: Policy, now: datetime) -> SetPostStatus | None:
    """The decision for a post whose grace period ended before its files were ready; else None."""
    if snapshot.post.status is PostStatus.BACKLOG or not is_past_grace(snapshot, policy, now):
        return None
    if (
        snapshot.is_uploaded
        or policy.missed is MissedPolicy.PUBLISH_LATE
        or not is_unsent(snapshot)
    ):
        return None
    decision = _decide_after_grace(snapshot, None, policy)
    return decision if isinstance(decision, SetPostStatus) else None


def decide_missed_slot(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision | None:
    """The decision for a delivery after the grace period; None before its end, and where the
    delivery was sent already under `publish_late`."""
    if not is_past_grace(snapshot, policy, now):
        return None
    if policy.missed is not MissedPolicy.PUBLISH_LATE and any(
        map(_may_still_publish, snapshot.deliveries)
    ):
        # A post that is called missed must not be published by a delayed call afterwards.
        may_publish = _may_still_publish(delivery)
        return delete_remote_post(delivery, policy) if may_publish else Wait(None)
    if is_unsent(snapshot):
        return _decide_after_grace(snapshot, delivery.error, policy)
    if policy.missed is MissedPolicy.PUBLISH_LATE:
        return None
    return FinishDelivery(
        delivery, DeliveryStatus.FAILED, _mark_missed(snapshot, delivery.error).reason or ""
    )


def is_past_grace(snapshot: Snapshot, policy: Policy, now: datetime) -> bool:
    """Whether the slot and its grace period are over. Drafts have no slot to miss."""
    post = snapshot.post
    if post.desired is Desired.PUBLISHED_NOW and policy.missed is MissedPolicy.PUBLISH_LATE:
        return False
    end = policy.grace_end(post)
    return post.desired is not Desired.DRAFT and end is not None and now > end


def _may_still_publish(delivery: DeliveryView) -> bool:
    return delivery.status in NEVER_SENT and has_unresolved_call(delivery)


def is_unsent(snapshot: Snapshot) -> bool:
    """Whether no call was made that has published a delivery, or that still may do so."""
    return all(
        each.status in NEVER_SENT
        and each.intent not in TRANSITIONS
        and not has_unresolved_call(each)
        for each in snapshot.deliveries
    )


def _decide_after_grace(
    snapshot: Snapshot, error: str | None, policy: Policy
) -> SetPostStatus | Wait:
    """Applies the missed-slot policy to a post whose grace period is over and of which nothing was
    sent."""
    if policy.missed is MissedPolicy.PUBLISH_LATE:
        return Wait(None, arrange_queue=True)
    if policy.missed is MissedPolicy.NEXT_SLOT and snapshot.post.desired is Desired.SCHEDULED:
        return SetPostStatus(PostStatus.BACKLOG, "its slot was missed; it waits for the next one")
    return _mark_missed(snapshot, error)


def _mark_missed(snapshot: Snapshot, error: str | None) -> SetPostStatus:
    cause = error or next((each.error for each in snapshot.uploads if each.error), None)
    at = snapshot.post.promised_at
    reason = f"could not go out at {at:%Y-%m-%d %H:%M} UTC, and its grace is over"
    return SetPostStatus(
        PostStatus.MISSED, f"{reason}; the last error was: {cause}" if cause else reason
    )
