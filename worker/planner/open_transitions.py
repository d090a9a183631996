"""What may have gone out is reconciled before anything else. Pure.

After a restore from a backup, every post has an open intent to publish: the provider may have a
later state of it than the database, whatever its status.
"""

from datetime import datetime

from models.snapshot import DeliveryView, Snapshot
from models.statuses import SETTLED_DELIVERIES, DeliveryStatus, MediaStatus
from worker.planner.account_hold import wait_for_accounts
from worker.planner.decisions import TRANSITIONS, Decision, FinishDelivery, RunStep, Step, Wait
from worker.planner.policy import Policy
from worker.planner.remote_post import has_unresolved_call

PREPARED = (DeliveryStatus.CREATED, DeliveryStatus.SCHEDULED)


def reconcile_transitions(snapshot: Snapshot, policy: Policy, now: datetime) -> Decision | None:
    """Reconcile a delivery whose intent is open; None if nothing must be known first.

    Also before uploads: a source that is gone would otherwise fail a post that went out.
    """
    waits = []
    for delivery in snapshot.deliveries:
        if delivery.status in SETTLED_DELIVERIES or delivery.intent not in TRANSITIONS:
            continue
        if delivery.not_before is None or delivery.not_before <= now:
            return _reconcile(delivery, snapshot, policy, now)
        waits.append(delivery.not_before)
    is_uploaded = all(media.status is MediaStatus.READY for media in snapshot.media)
    return None if is_uploaded or not waits else Wait(min(waits))


def _reconcile(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision:
    if delivery.remote_id is not None or delivery.profile_id is not None:
        return RunStep(Step.RECONCILE, delivery)
    since = delivery.intent_at or now
    if not snapshot.accounts_known and now < since + policy.missed_grace:
        return wait_for_accounts(since, now)
    reason = f"no {delivery.platform} account is connected: nobody can look whether it went out"
    return FinishDelivery(delivery, DeliveryStatus.UNKNOWN, reason)


def must_settle(snapshot: Snapshot) -> bool:
    """Whether a post that waits for its approval has something at the provider."""
    statuses = {delivery.status for delivery in snapshot.deliveries}
    is_over = bool(statuses) and statuses <= SETTLED_DELIVERIES
    return is_over or any(
        delivery.intent in TRANSITIONS or _settling_step(delivery) is not None
        for delivery in snapshot.deliveries
    )


def settle_waiting_post(snapshot: Snapshot, now: datetime) -> Decision | None:
    """The next step for what a waiting post (backlog, approval) still has at the provider: what is
    going out is verified, what may go out is deleted; None if there is nothing."""
    waits = []
    for delivery in snapshot.deliveries:
        step = _settling_step(delivery)
        if step is None:
            continue
        if delivery.not_before is None or delivery.not_before <= now:
            return RunStep(step, delivery)
        waits.append(delivery.not_before)
    return Wait(min(waits)) if waits else None


def _settling_step(delivery: DeliveryView) -> Step | None:
    if delivery.status is DeliveryStatus.PUBLISHING:
        return Step.VERIFY
    may_go_out = has_unresolved_call(delivery) and delivery.status in PREPARED
    return Step.DELETE if may_go_out else None
