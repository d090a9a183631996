"""Missed slots: what becomes of a post whose slot and grace went by, after looking. Pure."""

from datetime import datetime

from models.snapshot import DeliveryView, Snapshot
from models.statuses import DeliveryStatus, Desired, MediaStatus, PostStatus
from worker.decision import TRANSITIONS, Become, Decision, Do, End, Step, Wait
from worker.policy import Missed, Policy
from worker.remote import has_stray

# Nothing that was done to these can have published them.
UNTOUCHED = (DeliveryStatus.PENDING, DeliveryStatus.CREATED)


def never_left(snapshot: Snapshot, policy: Policy, now: datetime) -> Become | None:
    """A post that is past its grace before its files are ready is missed at once."""
    if snapshot.post.status is PostStatus.BACKLOG or not _is_past(snapshot, policy, now):
        return None
    ready = all(media.status is MediaStatus.READY for media in snapshot.media)
    if ready or policy.missed is Missed.PUBLISH_LATE or not is_untouched(snapshot):
        return None
    verdict = _miss(snapshot, None, policy)
    return verdict if isinstance(verdict, Become) else None


def missed(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision | None:
    """Beyond the grace nothing leaves by itself; a person decides."""
    if not _is_past(snapshot, policy, now):
        return None
    if policy.missed is not Missed.PUBLISH_LATE and any(map(_may_stray, snapshot.deliveries)):
        # Nothing may publish it after it was called missed.
        return Do(Step.DELETE, delivery) if _may_stray(delivery) else Wait(None)
    if is_untouched(snapshot):
        return _miss(snapshot, delivery.error, policy)
    if policy.missed is Missed.PUBLISH_LATE:
        return None
    return End(delivery, DeliveryStatus.FAILED, _hold(snapshot, delivery.error).reason or "")


def _is_past(snapshot: Snapshot, policy: Policy, now: datetime) -> bool:
    """Whether the slot and its grace are over. Drafts have no slot to miss."""
    due, desired = snapshot.post.due_at, snapshot.post.desired
    if desired is Desired.PUBLISHED_NOW and policy.missed is Missed.PUBLISH_LATE:
        return False
    late = policy.missed is Missed.PUBLISH_LATE
    grace = max(policy.missed_grace, policy.late_after) if late else policy.missed_grace
    return desired is not Desired.DRAFT and due is not None and now > due + grace


def _may_stray(delivery: DeliveryView) -> bool:
    return delivery.status in UNTOUCHED and has_stray(delivery)


def is_untouched(snapshot: Snapshot) -> bool:
    """Whether nothing was done to any delivery that could have published it, or still could."""
    return all(
        each.status in UNTOUCHED and each.intent not in TRANSITIONS and not has_stray(each)
        for each in snapshot.deliveries
    )


def _miss(snapshot: Snapshot, error: str | None, policy: Policy) -> Become | Wait:
    """What the policy says of a post whose slot and grace are over, and of which nothing left."""
    if policy.missed is Missed.PUBLISH_LATE:
        return Wait(None, arrange=True)
    if policy.missed is Missed.NEXT_SLOT and snapshot.post.desired is Desired.SCHEDULED:
        return Become(PostStatus.BACKLOG, "its slot was missed; it waits for the next one")
    return _hold(snapshot, error)


def _hold(snapshot: Snapshot, error: str | None) -> Become:
    cause = error or next((media.error for media in snapshot.media if media.error), None)
    reason = f"could not go out at {snapshot.post.due_at:%Y-%m-%d %H:%M} UTC, and its grace is over"
    return Become(PostStatus.MISSED, f"{reason}; the last error was: {cause}" if cause else reason)
