"""Cancels a post: deletes its remote posts, one delivery after the other. Pure.

The post becomes cancelled only when nothing at the provider can publish it any more.
"""

from models.snapshot import DeliveryView, Snapshot
from models.statuses import DeliveryStatus, Intent, PostStatus, final_post_status
from worker.planner.connection_pause import ConnectionPause, earliest
from worker.planner.decisions import (
    TRANSITIONS,
    Decision,
    FinishDelivery,
    RunStep,
    SetPostStatus,
    Step,
    Wait,
)
from worker.planner.policy import Policy
from worker.planner.remote_post import delete_remote_post

FINAL_STATUSES = (DeliveryStatus.PUBLISHED, DeliveryStatus.UNKNOWN, DeliveryStatus.CANCELLED)


def plan_cancellation(snapshot: Snapshot, policy: Policy, pause: ConnectionPause) -> Decision:
    """The next step towards a cancelled post."""
    waits = []
    for delivery in snapshot.deliveries:
        if delivery.status in FINAL_STATUSES:
            continue
        decision = pause.before(delivery) or next_for_delivery(delivery, policy)
        if not isinstance(decision, Wait):
            return decision
        waits.append(decision)
    return Wait(earliest(each.until for each in waits)) if waits else _finish(snapshot)


def next_for_delivery(delivery: DeliveryView, policy: Policy) -> Decision:
    """The next step towards a cancelled delivery."""
    if delivery.intent is Intent.CREATE or delivery.intent in TRANSITIONS:
        return RunStep(Step.RECONCILE, delivery)
    if delivery.status is DeliveryStatus.PUBLISHING:
        return RunStep(Step.VERIFY, delivery)
    if delivery.remote_id is not None:
        return delete_remote_post(delivery, policy)
    return FinishDelivery(delivery, DeliveryStatus.CANCELLED, "removed")


def _finish(snapshot: Snapshot) -> SetPostStatus:
    statuses = [delivery.status for delivery in snapshot.deliveries]
    status = final_post_status(statuses)
    if status is PostStatus.CANCELLED:
        return SetPostStatus(status, "removed")
    if status is PostStatus.UNKNOWN:
        errors = "; ".join(f"{d.platform}: {d.error}" for d in snapshot.deliveries if d.error)
        return SetPostStatus(status, f"its removal could not be finished: {errors}")
    return SetPostStatus(status, "it went out before its removal reached the provider")
