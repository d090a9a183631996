"""What next? A pure function compares what is desired with what is actual, and names one step.

Nothing here calls, writes or reads a clock. A crash at any point leaves rows from which this
function goes on; that is the whole of recovery.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from models.snapshot import DeliveryView, MediaView, Snapshot
from models.statuses import (
    SETTLED_DELIVERIES,
    SETTLED_POSTS,
    DeliveryStatus,
    Desired,
    Intent,
    MediaStatus,
    PostStatus,
    outcome,
)
from worker.policy import Missed, Policy


class Step(StrEnum):
    """One call, or a short run of calls, at the provider."""

    UPLOAD = "upload"
    CONFIRM = "confirm"
    POLL = "poll"
    CREATE = "create"
    UPDATE = "update"
    SCHEDULE = "schedule"
    PUBLISH_NOW = "publish_now"
    LOOK = "look"
    VERIFY = "verify"


# Committed before the call, so that a crash between call and commit is known afterwards.
INTENT_OF = {
    Step.CREATE: Intent.CREATE,
    Step.SCHEDULE: Intent.SCHEDULE,
    Step.PUBLISH_NOW: Intent.PUBLISH_NOW,
}
STEP_OF_MEDIA = {
    MediaStatus.NEW: Step.UPLOAD,
    MediaStatus.UPLOADED: Step.CONFIRM,
    MediaStatus.CONFIRMED: Step.POLL,
}

# The publish mode of posts that the queue seats.
QUEUED = "next_slot"
# Calls after which a post may publish itself.
TRANSITIONS = (Intent.SCHEDULE, Intent.PUBLISH_NOW)
# Nothing that was done to these can have published them.
UNTOUCHED = (DeliveryStatus.PENDING, DeliveryStatus.CREATED)
WAITS_FOR_A_PERSON = (PostStatus.PENDING_APPROVAL, PostStatus.CANCELLING)


@dataclass(frozen=True, slots=True)
class Do:
    """Take this step on this media or delivery."""

    step: Step
    subject: MediaView | DeliveryView


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do before `until`, or before somebody wakes the job (None).

    `arrange`: the organization's queue is to be arranged, for it decides when this post leaves.
    """

    until: datetime | None
    arrange: bool = False


@dataclass(frozen=True, slots=True)
class Become:
    """The post's status has changed by what its deliveries did."""

    status: PostStatus
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """One delivery is settled without a further call."""

    delivery: DeliveryView
    status: DeliveryStatus
    reason: str


Decision = Do | Wait | Become | End


def next_step(snapshot: Snapshot, policy: Policy, now: datetime) -> Decision:
    """The one thing to do next for a post."""
    post = snapshot.post
    if post.status in SETTLED_POSTS or post.status in WAITS_FOR_A_PERSON:
        return Wait(None)
    if snapshot.rescues > policy.rescues:
        return _poisoned(snapshot)
    if snapshot.blocked_until is not None and snapshot.blocked_until > now:
        return Wait(snapshot.blocked_until)
    return (
        _never_left(snapshot, policy, now)
        or _media_step(snapshot, now)
        or _delivery_step(snapshot, policy, now)
    )


def _never_left(snapshot: Snapshot, policy: Policy, now: datetime) -> Become | None:
    """A post that is past its grace before its files are ready is missed at once."""
    if snapshot.post.status is PostStatus.BACKLOG or not _is_past(snapshot, policy, now):
        return None
    ready = all(media.status is MediaStatus.READY for media in snapshot.media)
    if ready or policy.missed is Missed.PUBLISH_LATE or not _is_untouched(snapshot):
        return None
    missed = _miss(snapshot, None, policy)
    return missed if isinstance(missed, Become) else None


def _poisoned(snapshot: Snapshot) -> Become:
    """A job whose workers die over it ends visibly, and never as if nothing had been sent."""
    reason = f"{snapshot.rescues} workers died over this post; see their logs"
    sent = any(
        delivery.intent in TRANSITIONS or delivery.status not in (*UNTOUCHED, DeliveryStatus.FAILED)
        for delivery in snapshot.deliveries
    )
    return Become(PostStatus.UNKNOWN if sent else PostStatus.FAILED, reason)


def _media_step(snapshot: Snapshot, now: datetime) -> Decision | None:
    """The next step on a file; None when all of them are ready."""
    waits = []
    for media in snapshot.media:
        if media.status is MediaStatus.FAILED:
            return Become(PostStatus.FAILED, media.error)
        if media.status is not MediaStatus.READY:
            if media.not_before is None or media.not_before <= now:
                return Do(STEP_OF_MEDIA[media.status], media)
            waits.append(media.not_before)
    return Wait(min(waits)) if waits else None


def _delivery_step(snapshot: Snapshot, policy: Policy, now: datetime) -> Decision:
    if snapshot.post.status is PostStatus.BACKLOG:
        return Wait(None)
    waits = []
    for delivery in snapshot.deliveries:
        decision = _next_of(delivery, snapshot, policy, now)
        if not isinstance(decision, Wait) or decision.arrange:
            return decision
        if decision.until is not None:
            waits.append(decision.until)
    return _all_wait(snapshot, waits, now)


def _all_wait(snapshot: Snapshot, waits: list[datetime], now: datetime) -> Decision:
    """No delivery has a step to take now: sum up, or wait for the first that will."""
    post = snapshot.post
    statuses = [delivery.status for delivery in snapshot.deliveries]
    if all(status in SETTLED_DELIVERIES for status in statuses):
        return Become(outcome(statuses), _reasons(snapshot))
    if post.status is PostStatus.SCHEDULED and any(_is_going_out(snapshot, now)):
        return Become(PostStatus.PUBLISHING)
    return Wait(min(waits) if waits else None)


def _is_going_out(snapshot: Snapshot, now: datetime) -> Iterator[bool]:
    due = snapshot.post.due_at
    for delivery in snapshot.deliveries:
        yield delivery.status in (DeliveryStatus.PUBLISHING, DeliveryStatus.PUBLISHED)
        yield delivery.status is DeliveryStatus.SCHEDULED and due is not None and due <= now


def _reasons(snapshot: Snapshot) -> str | None:
    """Why a post did not go out everywhere, account by account."""
    troubles = [f"{each.platform}: {each.error}" for each in snapshot.deliveries if each.error]
    return "; ".join(troubles) or None


def _next_of(delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime) -> Decision:
    if delivery.status in SETTLED_DELIVERIES:
        return Wait(None)
    if delivery.not_before is not None and delivery.not_before > now:
        return Wait(delivery.not_before)
    if delivery.intent in TRANSITIONS:  # it may have gone out: look before anything else
        return Do(Step.LOOK, delivery)
    if delivery.status in (DeliveryStatus.SCHEDULED, DeliveryStatus.PUBLISHING):
        return _verify(delivery, snapshot, now)
    return (
        _missed(delivery, snapshot, policy, now)
        or _look_for_creation(delivery)
        or _create(delivery, snapshot, now)
        or _send(delivery, snapshot, policy, now)
    )


def _missed(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision | None:
    """Beyond the grace nothing leaves by itself; a person decides."""
    if not _is_past(snapshot, policy, now):
        return None
    if _is_untouched(snapshot):
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


def _is_untouched(snapshot: Snapshot) -> bool:
    return all(
        each.status in UNTOUCHED and each.intent not in TRANSITIONS for each in snapshot.deliveries
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


def _look_for_creation(delivery: DeliveryView) -> Decision | None:
    """A create whose answer nobody wrote down; the draft that it may have made is harmless."""
    return Do(Step.LOOK, delivery) if delivery.intent is Intent.CREATE else None


def _create(delivery: DeliveryView, snapshot: Snapshot, now: datetime) -> Decision | None:
    if delivery.remote_id is not None:
        return None
    if delivery.profile_id is not None:
        return Do(Step.CREATE, delivery)
    if not snapshot.accounts_known:  # their first synchronisation is on its way
        return Wait(now + timedelta(seconds=1))
    reason = f"no {delivery.platform} account is connected; connect one at the provider"
    return End(delivery, DeliveryStatus.FAILED, reason)


def _send(delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime) -> Decision:
    """Bring a created post up to date, and hand it over: to the provider's timer, or out."""
    post, due = snapshot.post, snapshot.post.due_at
    if delivery.sent_version != post.content_version:
        return Do(Step.UPDATE, delivery)
    if post.desired is Desired.PUBLISHED_NOW:
        return Do(Step.PUBLISH_NOW, delivery)
    if post.desired is Desired.DRAFT or due is None:
        return Wait(None)
    return _not_yet(snapshot, due, policy, now) or Do(
        Step.PUBLISH_NOW if due <= now else Step.SCHEDULE, delivery
    )


def _not_yet(snapshot: Snapshot, due: datetime, policy: Policy, now: datetime) -> Wait | None:
    """What a post waits for: its queue, its opening, its turn among the late ones, its instant."""
    post = snapshot.post
    if snapshot.is_paused and post.publish_mode == QUEUED:
        return Wait(None)
    if post.late_at is None and post.opens_at is not None and post.opens_at > now:
        return Wait(post.opens_at)
    if due + policy.late_after < now and _is_untouched(snapshot):
        # Should the arrangement come too late, the policy on missed slots has its say.
        return Wait(due + policy.missed_grace + timedelta(seconds=1), arrange=True)
    return Wait(due) if now < due <= now + policy.timer_margin else None


def _verify(delivery: DeliveryView, snapshot: Snapshot, now: datetime) -> Decision:
    due = snapshot.post.due_at
    return Wait(due) if due is not None and due > now else Do(Step.VERIFY, delivery)
