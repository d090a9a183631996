"""Posts of an organization that the operator has switched off: nothing more goes out. Pure.

What is on a provider's timer is taken off, where it can still be done in time; what may have gone
out already is looked for. Everything else waits, without a wake-up.
"""

from datetime import datetime

from models.snapshot import DeliveryView, Snapshot
from models.statuses import DeliveryStatus
from worker.planner.connection_pause import ConnectionPause, earliest
from worker.planner.decisions import TRANSITIONS, Decision, RunStep, Step, Wait
from worker.planner.open_transitions import resolve_transition
from worker.planner.policy import Policy
from worker.planner.remote_post import delete_remote_post, has_unresolved_call

ENDED = (DeliveryStatus.PUBLISHED, DeliveryStatus.UNKNOWN, DeliveryStatus.CANCELLED)


def settle_suspended_post(
    snapshot: Snapshot, policy: Policy, pause: ConnectionPause
) -> Decision | None:
    """The next step for what the provider may still publish; None if there is nothing."""
    waits = []
    for delivery in snapshot.deliveries:
        decision = _next_for_delivery(delivery, snapshot, policy, pause.now)
        if decision is None:
            continue
        decision = pause.before(delivery) or decision
        if not isinstance(decision, Wait):
            return decision
        waits.append(decision)
    return Wait(earliest(each.until for each in waits)) if waits else None


def _next_for_delivery(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision | None:
    if delivery.status in ENDED:
        return None
    has_failed = delivery.status is DeliveryStatus.FAILED
    if delivery.intent in TRANSITIONS and not has_failed:  # it may be published already
        return resolve_transition(delivery, snapshot, policy, now)
    if has_unresolved_call(delivery) and delivery.status is not DeliveryStatus.PUBLISHING:
        return delete_remote_post(delivery, policy)
    if delivery.status is DeliveryStatus.PUBLISHING:
        return RunStep(Step.VERIFY, delivery)
    if delivery.status is DeliveryStatus.SCHEDULED:
        return _take_off_timer(delivery, snapshot.post.due_at, policy, now)
    return None


def _take_off_timer(
    delivery: DeliveryView, due: datetime | None, policy: Policy, now: datetime
) -> Decision:
    """Take it off; or, if it is too late for that, look whether it went out. An earlier call to
    take it off without an answer may still arrive: then only deleting is safe."""
    if due is not None and due <= now + policy.timer_margin(delivery.connection):
        return Wait(due) if due > now else RunStep(Step.VERIFY, delivery)
    if delivery.intent is not None:
        return delete_remote_post(delivery, policy)
    return RunStep(Step.UNSCHEDULE, delivery)


def take_unknown_off_timer(snapshot: Snapshot, policy: Policy, pause: ConnectionPause) -> Decision:
    """The next step for a post that ended as unknown while a timer has it: it is taken off. What
    else became of it stays a person's to find out."""
    waits = []
    for delivery in snapshot.deliveries:
        if delivery.status is not DeliveryStatus.SCHEDULED:
            continue
        decision = _take_off_timer(delivery, snapshot.post.due_at, policy, pause.now)
        if isinstance(decision, RunStep) and decision.step is not Step.VERIFY:
            decision = pause.before(delivery) or decision
            if not isinstance(decision, Wait):
                return decision
            waits.append(decision)
    return Wait(earliest(each.until for each in waits))
