"""Whether a delivery's remote post can be used, or must be deleted and created again. Pure.

A claim cannot fence the provider, but a remote id can. A call without a response may still arrive
later, and it can only affect its own remote post. So such a post is never unscheduled or updated:
it is deleted, and a new one is created.
"""

from models.snapshot import DeliveryView, PostView
from models.statuses import DeliveryStatus, Desired, Intent
from worker.planner.decisions import FinishDelivery, RunStep, Step
from worker.planner.policy import Policy


def is_up_to_date(delivery: DeliveryView, post: PostView) -> bool:
    """Whether the remote post has the current content."""
    return delivery.sent_version == post.content_version and delivery.intent is not Intent.UPDATE


def has_unresolved_call(delivery: DeliveryView) -> bool:
    """Whether a delayed call may still schedule or publish its remote post."""
    return delivery.is_stray and delivery.remote_id is not None


def must_be_replaced(delivery: DeliveryView, post: PostView, policy: Policy) -> bool:
    """Whether its remote post must be deleted before anything else is done."""
    if delivery.remote_id is None:
        return False
    capabilities = policy.capabilities_of(delivery.connection)
    is_changed = delivery.sent_version != post.content_version
    if not capabilities.drafts:  # a delayed call must not publish other content than the newest
        return delivery.is_stray and is_changed
    is_draft = delivery.status is DeliveryStatus.CREATED
    return (is_draft and is_changed and not capabilities.edit) or _is_unusable(delivery, post)


def _is_unusable(delivery: DeliveryView, post: PostView) -> bool:
    if delivery.status is DeliveryStatus.PENDING:  # retried: do not reuse the failed one
        return True
    if delivery.status not in (DeliveryStatus.CREATED, DeliveryStatus.SCHEDULED):
        return False
    if delivery.intent is Intent.UPDATE:  # the same update may be repeated, another may not
        return delivery.intent_version != post.content_version
    if delivery.intent is Intent.UNSCHEDULE:
        return True
    is_changed = delivery.sent_version != post.content_version
    taken_back = post.desired is Desired.DRAFT or is_changed
    return delivery.is_stray and (taken_back or delivery.is_disconnected)


def delete_remote_post(delivery: DeliveryView, policy: Policy) -> RunStep | FinishDelivery:
    """Delete it, where the provider can; else a person must."""
    if policy.capabilities_of(delivery.connection).cancel:
        return RunStep(Step.DELETE, delivery)
    reason = "the provider cannot delete posts for us: delete it there"
    return FinishDelivery(delivery, DeliveryStatus.UNKNOWN, reason)
