"""Takes back what may go out with content that was changed, before the new files are sent. Pure.

Sending files takes long and may fail; meanwhile the provider's timer, or a call that was delayed,
would publish the post as it was.
"""

from models.snapshot import DeliveryView, Snapshot
from models.statuses import SETTLED_DELIVERIES, DeliveryStatus
from worker.planner.connection_pause import ConnectionPause
from worker.planner.decisions import TRANSITIONS, FinishDelivery, RunStep, Step
from worker.planner.policy import Policy
from worker.planner.remote_post import (
    delete_remote_post,
    has_unresolved_call,
    is_up_to_date,
    must_be_replaced,
)


def take_back_outdated(
    snapshot: Snapshot, policy: Policy, pause: ConnectionPause
) -> RunStep | FinishDelivery | None:
    """The next step for such a delivery; None if none can be taken now."""
    for delivery in snapshot.deliveries:
        if not _may_go_out_outdated(delivery, snapshot) or pause.before(delivery) is not None:
            continue
        if must_be_replaced(delivery, snapshot.post, policy):
            return delete_remote_post(delivery, policy)
        has_drafts = policy.capabilities_of(delivery.connection).drafts
        if has_drafts and delivery.status is DeliveryStatus.SCHEDULED:
            return RunStep(Step.UNSCHEDULE, delivery)
    return None


def _may_go_out_outdated(delivery: DeliveryView, snapshot: Snapshot) -> bool:
    if delivery.status in SETTLED_DELIVERIES or delivery.intent in TRANSITIONS:
        return False
    may_go_out = delivery.status is DeliveryStatus.SCHEDULED or has_unresolved_call(delivery)
    return may_go_out and not is_up_to_date(delivery, snapshot.post)
