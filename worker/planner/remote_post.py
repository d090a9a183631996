"""Whether a delivery's remote post can be used, or must be deleted and created again. Pure.

A claim cannot fence the provider, but a remote id can. A call without a response may still arrive
later, and it can only affect its own remote post. So such a post is never unscheduled or updated:
it is deleted, and a new one is created.
"""

from models.snapshot import DeliveryView, PostView
from models.statuses import DeliveryStatus, Desired, Intent


def is_up_to_date(delivery: DeliveryView, post: PostView) -> bool:
    """Whether the remote post has the current content."""
    return delivery.sent_version == post.content_version and delivery.intent is not Intent.UPDATE


def has_unresolved_call(delivery: DeliveryView) -> bool:
    """Whether a delayed call may still schedule or publish its remote post."""
    return delivery.is_stray and delivery.remote_id is not None


def must_be_replaced(delivery: DeliveryView, post: PostView) -> bool:
    """Whether its remote post must be deleted before anything else is done."""
    if delivery.remote_id is None:
        return False
    if delivery.status is DeliveryStatus.PENDING:  # retried: do not reuse the failed one
        return True
    if delivery.status not in (DeliveryStatus.CREATED, DeliveryStatus.SCHEDULED):
        return False
    if delivery.intent is Intent.UPDATE:  # the same update may be repeated, another may not
        return delivery.intent_version != post.content_version
    if delivery.intent is Intent.UNSCHEDULE:
        return True
    taken_back = post.desired is Desired.DRAFT or delivery.sent_version != post.content_version
    return delivery.is_stray and (taken_back or delivery.is_disconnected)
