"""What may be done with a delivery's remote post: use it, change it, or replace it. Pure.

A claim cannot fence the provider, but a remote id can: a call that was left without an answer may
still arrive, and it can do harm to its own remote post alone. So such a post is never taken back or
changed, but deleted, and made anew.
"""

from models.snapshot import DeliveryView, PostView
from models.statuses import DeliveryStatus, Desired, Intent


def is_up_to_date(delivery: DeliveryView, post: PostView) -> bool:
    """Whether the remote post says what the post says now."""
    return delivery.sent_version == post.content_version and delivery.intent is not Intent.UPDATE


def has_unresolved_call(delivery: DeliveryView) -> bool:
    """Whether a transition of its remote post may still arrive."""
    return delivery.is_stray and delivery.remote_id is not None


def must_be_replaced(delivery: DeliveryView, post: PostView) -> bool:
    """Whether its remote post must be deleted before anything else is done."""
    if delivery.remote_id is None:
        return False
    if delivery.status is DeliveryStatus.PENDING:  # retried: what failed is not used again
        return True
    if delivery.status not in (DeliveryStatus.CREATED, DeliveryStatus.SCHEDULED):
        return False
    if delivery.intent is Intent.UPDATE:  # repeating the same update is harmless, another is not
        return delivery.intent_version != post.content_version
    if delivery.intent is Intent.UNSCHEDULE:
        return True
    taken_back = post.desired is Desired.DRAFT or delivery.sent_version != post.content_version
    return delivery.is_stray and (taken_back or delivery.is_disconnected)
