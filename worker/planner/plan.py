"""The planner: a pure function compares the desired with the actual state, and decides one step.

This module makes no call, writes nothing and reads no clock. Crash recovery needs nothing else:
the rows that a crash leaves are the input of the next plan.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from models.snapshot import DeliveryView, Snapshot
from models.statuses import (
    SETTLED_DELIVERIES,
    SETTLED_POSTS,
    UNAPPROVED,
    DeliveryStatus,
    Desired,
    Intent,
    PostStatus,
    final_post_status,
)
from worker.planner.account_hold import (
    change_of_hold,
    hold_for_account,
    must_unschedule,
    wait_for_accounts,
    waits_indefinitely,
)
from worker.planner.cancellation import plan_cancellation
from worker.planner.connection_pause import ConnectionPause, earliest
from worker.planner.decisions import (
    TRANSITIONS,
    Decision,
    FinishDelivery,
    HoldDelivery,
    RunStep,
    SetPostStatus,
    Step,
    Wait,
)
from worker.planner.missed_slot import (
    NEVER_SENT,
    decide_missed_slot,
    is_unsent,
    missed_before_upload,
)
from worker.planner.open_transitions import (
    must_settle,
    reconcile_transitions,
    resolve_transition,
    settle_waiting_post,
)
from worker.planner.outdated import take_back_outdated
from worker.planner.policy import Policy
from worker.planner.remote_post import (
    delete_remote_post,
    has_unresolved_call,
    is_up_to_date,
    must_be_replaced,
)
from worker.planner.removal import CHANGEABLE, plan_removal, wait_for_removal, without_removed
from worker.planner.suspension import settle_suspended_post, take_unknown_off_timer
from worker.planner.uploads import UploadWaits, is_uploading, plan_uploads

# The publish mode of posts that the queue seats.
QUEUED_MODE = "next_slot"
LIVE_STATUSES = (DeliveryStatus.PUBLISHING, DeliveryStatus.PUBLISHED)


def next_step(
    snapshot: Snapshot, policy: Policy, now: datetime, busy: frozenset[str] = frozenset()
) -> Decision:
    """The next decision for a post. `snapshot`: the post's rows; `now`: the database's time;
    `busy`: the ids of the connections at which a step of this post is running."""
    decision = _decide_with_removals(snapshot, policy, now, busy)
    is_final = isinstance(decision, SetPostStatus) and decision.status is not PostStatus.PUBLISHING
    return Wait(None) if busy and is_final else decision


def _decide_with_removals(
    snapshot: Snapshot, policy: Policy, now: datetime, busy: frozenset[str]
) -> Decision:
    """What a person took off the post comes first; the rest does not wait for it."""
    if snapshot.post.status not in CHANGEABLE or snapshot.rescues > policy.rescues:
        return _decide(snapshot, policy, now, busy)
    removal = plan_removal(snapshot, policy, ConnectionPause(now, busy))
    if removal is not None and not isinstance(removal, Wait):
        return removal
    decision = _decide(without_removed(snapshot), policy, now, busy)
    return wait_for_removal(decision, removal)


def _decide(snapshot: Snapshot, policy: Policy, now: datetime, busy: frozenset[str]) -> Decision:
    post = snapshot.post
    if snapshot.is_suspended and post.status is PostStatus.UNKNOWN:
        return take_unknown_off_timer(snapshot, policy, ConnectionPause(now, busy))
    is_unapproved = post.status in UNAPPROVED
    if post.status in SETTLED_POSTS or (is_unapproved and not must_settle(snapshot)):
        return Wait(None)
    if snapshot.rescues > policy.rescues:
        return _give_up_after_rescues(snapshot)
    pause = ConnectionPause(now, busy)
    if post.status is PostStatus.CANCELLING:
        return plan_cancellation(snapshot, policy, pause)
    if snapshot.is_suspended:
        settling = settle_suspended_post(snapshot, policy, pause)
        return settling or _summarize_or_wait(snapshot, [], now)
    return (
        reconcile_transitions(snapshot, policy, pause)
        or take_back_outdated(snapshot, policy, pause)
        or missed_before_upload(snapshot, policy, now)
        or _next_upload_or_delivery(snapshot, policy, pause)
    )


def _give_up_after_rescues(snapshot: Snapshot) -> SetPostStatus:
    """Ends a post whose workers died too often: failed, or unknown if a call may have happened."""
    reason = f"{snapshot.rescues} workers died over this post; see their logs"
    may_be_sent = snapshot.post.status is PostStatus.CANCELLING or any(
        delivery.intent in (*TRANSITIONS, Intent.CREATE)
        or has_unresolved_call(delivery)
        or delivery.status not in (*NEVER_SENT, DeliveryStatus.FAILED)
        for delivery in snapshot.deliveries
    )
    return SetPostStatus(PostStatus.UNKNOWN if may_be_sent else PostStatus.FAILED, reason)


def _next_upload_or_delivery(
    snapshot: Snapshot, policy: Policy, pause: ConnectionPause
) -> Decision:
    uploads = plan_uploads(snapshot, policy, pause)
    if not isinstance(uploads, dict):
        return uploads
    waiting = [each for each in snapshot.deliveries if is_uploading(snapshot, each, uploads)]
    hold = _change_of_holds(snapshot, waiting)
    if hold is not None:
        return hold
    if waiting and len(waiting) == len(snapshot.deliveries):
        return Wait(earliest(uploads.values()))
    return _next_delivery_decision(snapshot, policy, pause, uploads)


def _change_of_holds(snapshot: Snapshot, waiting: list[DeliveryView]) -> HoldDelivery | None:
    """Also while it waits for its files, or for the next try, a delivery says that its account
    cannot be used, and goes on at once when it can be used again."""
    if snapshot.post.status in (PostStatus.BACKLOG, *UNAPPROVED):
        return None
    changes = (change_of_hold(each) for each in waiting if each.intent not in TRANSITIONS)
    return next((each for each in changes if each is not None), None)


def _next_delivery_decision(
    snapshot: Snapshot, policy: Policy, pause: ConnectionPause, uploads: UploadWaits
) -> Decision:
    now = pause.now
    if snapshot.post.status in (PostStatus.BACKLOG, *UNAPPROVED):
        settling = settle_waiting_post(snapshot, policy, pause)
        return settling or _summarize_or_wait(snapshot, [], now)
    waits: list[datetime | None] = []
    for delivery in snapshot.deliveries:
        if is_uploading(snapshot, delivery, uploads):
            waits.append(uploads[delivery.connection.id] if delivery.connection else None)
            continue
        wait = pause.of(delivery.connection) if _is_open(delivery) else None
        decision = wait or _next_for_delivery(delivery, snapshot, policy, now)
        if not isinstance(decision, Wait) or decision.arrange_queue:
            return decision
        waits.append(decision.until)
    return _summarize_or_wait(snapshot, [at for at in waits if at is not None], now)


def _is_open(delivery: DeliveryView) -> bool:
    return delivery.status not in SETTLED_DELIVERIES or _must_clean_up(delivery)


def _must_clean_up(delivery: DeliveryView) -> bool:
    return delivery.status is DeliveryStatus.FAILED and has_unresolved_call(delivery)


def _summarize_or_wait(snapshot: Snapshot, waits: list[datetime], now: datetime) -> Decision:
    """No delivery has a step to take now: set the post's status, or wait for the next step."""
    post = snapshot.post
    statuses = [delivery.status for delivery in snapshot.deliveries]
    if all(status in SETTLED_DELIVERIES for status in statuses) and not waits:
        return SetPostStatus(final_post_status(statuses), _failure_reasons(snapshot))
    if post.status is PostStatus.SCHEDULED:
        if post.desired is Desired.DRAFT and not any(map(_may_go_out, snapshot.deliveries)):
            return SetPostStatus(PostStatus.DRAFT)
        if any(_is_going_out(snapshot, now)):
            return SetPostStatus(PostStatus.PUBLISHING)
    return Wait(min(waits) if waits else None)


def _may_go_out(delivery: DeliveryView) -> bool:
    return delivery.status in (*LIVE_STATUSES, DeliveryStatus.SCHEDULED) or has_unresolved_call(
        delivery
    )


def _is_going_out(snapshot: Snapshot, now: datetime) -> Iterator[bool]:
    """Whether each delivery is out, or about to go out. One that shall be a draft again is not
    before the provider says so: it may still be taken off the timer."""
    post, due = snapshot.post, snapshot.post.due_at
    is_due = due is not None and due <= now and post.desired is not Desired.DRAFT
    for delivery in snapshot.deliveries:
        yield delivery.status in LIVE_STATUSES
        yield delivery.status is DeliveryStatus.SCHEDULED and is_due


def _failure_reasons(snapshot: Snapshot) -> str | None:
    """The errors of all deliveries, as one text; None without errors."""
    errors = [f"{each.platform}: {each.error}" for each in snapshot.deliveries if each.error]
    return "; ".join(errors) or None


def _next_for_delivery(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision:
    if not _is_open(delivery):
        return Wait(None)
    if delivery.not_before is not None and delivery.not_before > now:
        is_unsent = delivery.status in NEVER_SENT and not has_unresolved_call(delivery)
        hold = _change_of_holds(snapshot, [delivery]) if is_unsent else None
        return hold or Wait(delivery.not_before)
    if delivery.intent in TRANSITIONS:  # it may be published already: reconcile first
        return resolve_transition(delivery, snapshot, policy, now)
    if _must_clean_up(delivery) or must_be_replaced(delivery, snapshot.post, policy):
        return delete_remote_post(delivery, policy)
    if delivery.status in (DeliveryStatus.SCHEDULED, DeliveryStatus.PUBLISHING):
        return _follow_scheduled(delivery, snapshot, policy, now)
    return (
        (
            None
            if waits_indefinitely(delivery, policy)
            else decide_missed_slot(delivery, snapshot, policy, now)
        )
        or hold_for_account(delivery, snapshot, policy)
        or _reconcile_creation(delivery)
        or _wait_for_account(delivery, snapshot, now)
        or _create_remote_post(delivery, policy)
        or _update_or_schedule(delivery, snapshot, policy, now)
    )


def _reconcile_creation(delivery: DeliveryView) -> Decision | None:
    """After a create whose response was never stored. A draft that it may have made is harmless."""
    return RunStep(Step.RECONCILE, delivery) if delivery.intent is Intent.CREATE else None


def _wait_for_account(delivery: DeliveryView, snapshot: Snapshot, now: datetime) -> Decision | None:
    if delivery.remote_id is not None or delivery.profile_id is not None:
        return None
    if not snapshot.accounts_known:  # one that was not read yet may be of this platform
        return wait_for_accounts(snapshot.post.accepted_at, now)
    reason = f"no {delivery.platform} account is connected; connect one"
    return FinishDelivery(delivery, DeliveryStatus.FAILED, reason)


def _create_remote_post(delivery: DeliveryView, policy: Policy) -> Decision | None:
    """Create it as a draft, where the provider has drafts."""
    has_drafts = policy.capabilities_of(delivery.connection).drafts
    return RunStep(Step.CREATE, delivery) if has_drafts and delivery.remote_id is None else None


def _update_or_schedule(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision:
    """Update a created post if needed; then set the provider's timer, or publish."""
    post, due = snapshot.post, snapshot.post.due_at
    capabilities = policy.capabilities_of(delivery.connection)
    if capabilities.drafts and not is_up_to_date(delivery, post):
        return RunStep(Step.UPDATE, delivery)
    if post.desired is Desired.PUBLISHED_NOW:
        return RunStep(Step.PUBLISH_NOW, delivery)
    if post.desired is Desired.DRAFT or due is None:
        return _wait_as_draft(delivery, snapshot)
    return _wait_until_due(
        snapshot, due, policy, policy.timer_margin(delivery.connection), now
    ) or RunStep(Step.PUBLISH_NOW if due <= now else Step.SCHEDULE, delivery)


def _wait_as_draft(delivery: DeliveryView, snapshot: Snapshot) -> Decision:
    """A draft waits. If another delivery of the post was published already, this one fails."""
    if any(each.status in LIVE_STATUSES for each in snapshot.deliveries):
        reason = "taken back to a draft, after it had gone out elsewhere"
        return FinishDelivery(delivery, DeliveryStatus.FAILED, reason)
    return Wait(None)


def _wait_until_due(
    snapshot: Snapshot, due: datetime, policy: Policy, timer_margin: timedelta, now: datetime
) -> Wait | None:
    """The wait of a post: for its queue, its opening time, its turn among late posts, the post that
    had its seat before, or its slot; None when it may be scheduled or published now."""
    post = snapshot.post
    if snapshot.is_paused and post.publish_mode == QUEUED_MODE:
        return Wait(None)
    if post.late_at is None and post.opens_at is not None and post.opens_at > now:
        return Wait(post.opens_at)
    if due + policy.late_after < now and is_unsent(snapshot):
        # If the queue is not arranged in time, the missed-slot policy decides at this wake-up.
        end = policy.grace_end(post) or due
        return Wait(end + timedelta(seconds=1), arrange_queue=True)
    if snapshot.is_seat_shared and post.late_at is None:
        return Wait(now + policy.poll_interval)
    return Wait(due) if now < due <= now + timer_margin else None


def _follow_scheduled(
    delivery: DeliveryView, snapshot: Snapshot, policy: Policy, now: datetime
) -> Decision:
    """A post on the provider's timer: take it off if the post was changed or its account was
    disconnected; else verify after the slot."""
    due = snapshot.post.due_at
    has_drafts = policy.capabilities_of(delivery.connection).drafts
    outdated = has_drafts and not is_up_to_date(delivery, snapshot.post)
    if delivery.status is DeliveryStatus.SCHEDULED and outdated:
        return RunStep(Step.UNSCHEDULE, delivery)
    if must_unschedule(delivery, due, policy, now):
        return RunStep(Step.UNSCHEDULE, delivery)
    return Wait(due) if due is not None and due > now else RunStep(Step.VERIFY, delivery)
