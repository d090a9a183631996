"""Takes off a post what a person removed from it: its remote post is deleted, then its row. Pure.

The rest of the post goes on at once, but it ends only when everything that was removed is gone: so
nothing of it can go out afterwards without a word. What went out before stays with the post.
"""

from dataclasses import replace
from datetime import datetime

from models.snapshot import DeliveryView, Snapshot
from models.statuses import UNAPPROVED, PostStatus
from worker.planner import cancellation
from worker.planner.connection_pause import ConnectionPause, earliest
from worker.planner.decisions import Decision, SetPostStatus, Wait
from worker.planner.policy import Policy

# Posts that a person can change. The removal of a whole post takes everything off by itself.
CHANGEABLE = (
    PostStatus.DRAFT,
    *UNAPPROVED,
    PostStatus.BACKLOG,
    PostStatus.SCHEDULED,
    PostStatus.PUBLISHING,
    PostStatus.FAILED,
    PostStatus.PARTIAL,
    PostStatus.MISSED,
)


def is_leaving(delivery: DeliveryView) -> bool:
    """Whether it was removed, and may still have something at its provider."""
    return delivery.is_removed and delivery.status not in cancellation.FINAL_STATUSES


def plan_removal(snapshot: Snapshot, policy: Policy, pause: ConnectionPause) -> Decision | None:
    """The next step for what was removed; a wait where none can be taken now, None without any."""
    leaving = [each for each in snapshot.deliveries if is_leaving(each)]
    waits: list[datetime | None] = []
    for delivery in leaving:
        decision = pause.before(delivery) or cancellation.next_for_delivery(delivery, policy)
        if not isinstance(decision, Wait):
            return decision
        waits.append(decision.until)
    return Wait(earliest(waits)) if leaving else None


def without_removed(snapshot: Snapshot) -> Snapshot:
    """The post as it is to become. A delivery to an account that still has a remote post of a
    removed one waits for its end: an account never has two."""
    accounts = {each.account_id for each in snapshot.deliveries if is_leaving(each)} - {None}
    left = tuple(
        each
        for each in snapshot.deliveries
        if not is_leaving(each) and each.account_id not in accounts
    )
    used = {each.connection.id for each in left if each.connection}
    uploads = tuple(each for each in snapshot.uploads if each.connection.id in used)
    return replace(snapshot, deliveries=left, uploads=uploads)


def wait_for_removal(decision: Decision, removal: Decision | None) -> Decision:
    """The decision for the rest of the post, while what was removed waits: it does not end yet."""
    if not isinstance(removal, Wait):
        return decision
    if isinstance(decision, SetPostStatus) and decision.status is not PostStatus.PUBLISHING:
        return removal
    if isinstance(decision, Wait):
        return replace(decision, until=earliest([decision.until, removal.until]))
    return decision
