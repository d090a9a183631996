"""What may have gone out is reconciled before anything else. Pure.

After a restore from a backup, every post has an open intent to publish: the provider may have a
later state of it than the database, whatever its status.
"""

from datetime import datetime

from models.snapshot import DeliveryView, Snapshot
from models.statuses import SETTLED_DELIVERIES, DeliveryStatus, Desired
from provider.protocol import Idempotency
from worker.planner.account_hold import wait_for_accounts
from worker.planner.connection_pause import ConnectionPause, earliest
from worker.planner.decisions import TRANSITIONS, Decision, FinishDelivery, RunStep, Step, Wait
from worker.planner.missed_slot import is_past_grace
from worker.planner.policy import MissedPolicy, Policy
from worker.planner.remote_post import delete_remote_post, has_unresolved_call

PREPARED = (DeliveryStatus.CREATED, DeliveryStatus.SCHEDULED)


def reconcile_transitions(
    snapshot: Snapshot, policy: Policy, pause: ConnectionPause
) -> Decision | None:
    """The next step for a delivery whose intent is open; None if none can be taken now.

    Also before uploads: a source that is gone would otherwise fail a post that went out.
    """
    for delivery in snapshot.deliveries:
        if delivery.status in SETTLED_DELIVERIES or delivery.intent not in TRANSITIONS:
            continue
        if pause.before(delivery) is None:
            decision = resolve_transition(delivery, snapshot, policy, pause.now)
            if not isinstance(decision, Wait):
                return decision
    return None


def resolve_transition(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision:
    """The next step for a delivery that may be published: repeat the call, where that is harmless;
    else reconcile."""
    if delivery.remote_id is None and delivery.profile_id is None:
        return _wait_for_account(delivery, snapshot, policy, now)
    capabilities = policy.capabilities_of(delivery.connection)
    if may_repeat(delivery, snapshot, policy, now):
        return RunStep(Step.PUBLISH_NOW, delivery)
    if capabilities.idempotency is Idempotency.NONE and not capabilities.drafts:
        reason = "its answer was lost, and the provider has no way to look; look there"
        return FinishDelivery(delivery, DeliveryStatus.UNKNOWN, reason)
    return RunStep(Step.RECONCILE, delivery)


def may_repeat(delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime) -> bool:
    """Whether the same publication may simply be sent again: the provider makes it once, it is
    still wanted, and it is due."""
    capabilities, post = policy.capabilities_of(delivery.connection), snapshot.post
    if capabilities.drafts or delivery.intent_version != post.content_version:
        return False
    since = delivery.intent_at or now
    is_known = capabilities.idempotency is Idempotency.OWN_ID or (
        capabilities.idempotency is Idempotency.HEADER
        and now < since + capabilities.idempotency_window
    )
    is_wanted = (
        post.desired is not Desired.DRAFT
        and delivery.account_problem is None
        and not snapshot.is_suspended
    )
    is_due = post.due_at is not None and post.due_at <= now
    is_over = is_past_grace(snapshot, policy, now)
    is_late = is_over and policy.missed is not MissedPolicy.PUBLISH_LATE
    return is_known and is_wanted and is_due and not is_late


def _wait_for_account(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision:
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


def settle_waiting_post(
    snapshot: Snapshot, policy: Policy, pause: ConnectionPause
) -> Decision | None:
    """The next step for what a waiting post (backlog, approval) still has at the provider: what is
    going out is verified, what may go out is deleted; None if there is nothing."""
    waits = []
    for delivery in snapshot.deliveries:
        step = _settling_step(delivery)
        if step is None:
            continue
        wait = pause.before(delivery)
        if wait is None:
            is_delete = step is Step.DELETE
            return delete_remote_post(delivery, policy) if is_delete else RunStep(step, delivery)
        waits.append(wait)
    return Wait(earliest(each.until for each in waits)) if waits else None


def _settling_step(delivery: DeliveryView) -> Step | None:
    if delivery.status is DeliveryStatus.PUBLISHING:
        return Step.VERIFY
    may_go_out = has_unresolved_call(delivery) and delivery.status in PREPARED
    return Step.DELETE if may_go_out else None
