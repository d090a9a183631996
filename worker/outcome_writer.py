"""Writes the outcome of a step, and the planner's decisions, to the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from models.snapshot import ConnectionView, DeliveryView, PostView, Snapshot, UploadView
from models.statuses import DeliveryStatus, Intent, MediaStatus, PostStatus
from models.store.posts import history, posts
from models.store.posts.history import HistoryEntry
from models.store.queue import seats
from models.store.tenants import connections
from provider.protocol import Idempotency
from worker.adoption import adopt
from worker.planner.decisions import (
    INTENT_OF,
    FinishDelivery,
    HoldDelivery,
    RunStep,
    SetPostStatus,
    Step,
)
from worker.planner.policy import Policy
from worker.planner.retry_policy import RetryAction
from worker.planner.step_failure import (
    CLEARED_INTENT,
    decide_after_failure,
    failure_columns,
    reclassify_error,
)
from worker.steps.outcome import Candidates, Done, Failed, Outcome, Snooze

STATUSES_WITHOUT_SEAT = (
    PostStatus.FAILED,
    PostStatus.MISSED,
    PostStatus.CANCELLED,
    PostStatus.BACKLOG,
)


@dataclass(frozen=True, slots=True)
class StepResult:
    """A finished step: its outcome and its duration (ms).

    `jitter`: random, in [0, 1), for the delay of the next attempt.
    """

    snapshot: Snapshot
    run_step: RunStep
    outcome: Outcome
    duration_ms: int
    jitter: float


def write_outcome(session: Session, result: StepResult, policy: Policy, now: datetime) -> bool:
    """Write an outcome to the step's subject, with history; returns whether a seat became free."""
    outcome = _decide(session, result, now)
    if isinstance(outcome, Done):
        _write_success(session, result, outcome, now)
        # A moved post keeps its old seat until the provider can no longer publish it there.
        may_free_seat = result.run_step.step in (Step.UNSCHEDULE, Step.DELETE, Step.RECONCILE)
        return may_free_seat and seats.release_left_seats(session, result.snapshot.post.id)
    if isinstance(outcome, Snooze):
        values = {**_begun(result, outcome.changes, now), "not_before": now + outcome.delay}
        _change_subject(session, result.run_step.subject, **values)
    else:
        _write_failure(session, result, outcome, policy, now)
    return False


def _decide(session: Session, result: StepResult, now: datetime) -> Done | Snooze | Failed:
    """The outcome; of candidates, the choice that only this transaction can make."""
    if not isinstance(result.outcome, Candidates):
        return result.outcome
    assert isinstance(result.run_step.subject, DeliveryView)  # noqa: S101  (files have none)
    return adopt(session, result.snapshot, result.run_step.subject, result.outcome, now)


def _write_success(session: Session, result: StepResult, done: Done, now: datetime) -> None:
    intent = {} if isinstance(result.run_step.subject, UploadView) else CLEARED_INTENT
    reset = {"attempts": 0, "not_before": None, "error": None, **intent}
    _change_subject(
        session, result.run_step.subject, **{**reset, **_begun(result, done.changes, now)}
    )
    _record(session, result, "done", now, error=done.note)


def _begun(
    result: StepResult, changes: Mapping[str, object], now: datetime
) -> Mapping[str, object]:
    """The changes, and since when the delivery is being published, if it begins with them."""
    is_known = result.run_step.subject.status is DeliveryStatus.PUBLISHING
    begins = changes.get("status") is DeliveryStatus.PUBLISHING and not is_known
    return {**changes, "publishing_since": now} if begins else changes


def _write_failure(
    session: Session, result: StepResult, failed: Failed, policy: Policy, now: datetime
) -> None:
    run_step, post = result.run_step, result.snapshot.post
    error = reclassify_error(run_step, post, failed.error, policy, now)
    decision = decide_after_failure(run_step, post, error, policy, result.jitter, now)
    values = failure_columns(run_step, decision, error, now)
    _change_subject(session, run_step.subject, **values)
    if decision.action is RetryAction.SNOOZE:
        return
    if decision.action is RetryAction.BLOCKED:
        connections.block_connection(session, run_step.connection.id, now + decision.delay)
    if decision.action is RetryAction.RESTART and isinstance(run_step.subject, DeliveryView):
        _restart_uploads(session, result)
    retry_at = None if decision.action is RetryAction.GIVE_UP else now + decision.delay
    _record(
        session, result, decision.action, now,
        error=str(error), http_status=error.http_status, next_attempt_at=retry_at,
    )  # fmt: skip


def _restart_uploads(session: Session, result: StepResult) -> None:
    """The provider no longer has the files of a post: all of them are uploaded again."""
    new = {"status": MediaStatus.NEW, "remote_id": None, "not_before": None}
    for upload in result.snapshot.uploads_of(result.run_step.connection.id):
        posts.update_upload(session, upload, **new)


# The id that a connection's provider gives the post with a marker.
OwnId = Callable[[ConnectionView, str], str]


def begin_step(
    session: Session, snapshot: Snapshot, run_step: RunStep, policy: Policy, now: datetime,
    choose_id: OwnId,
) -> RunStep:  # fmt: skip
    """Store what must be known before the call: the row of an upload, or the intent of a delivery,
    with the remote id of a publication whose id we choose."""
    subject, intent = run_step.subject, INTENT_OF.get(run_step.step)
    if isinstance(subject, UploadView):
        return replace(run_step, subject=posts.begin_upload(session, subject))
    if intent is None:
        return run_step
    capabilities = policy.capabilities_of(run_step.connection)
    is_ours = capabilities.idempotency is Idempotency.OWN_ID and subject.remote_id is None
    own_id = choose_id(run_step.connection, snapshot.marker(subject)) if is_ours else None
    _open_intent(session, snapshot.post, subject, intent, now, own_id)
    return run_step


def _open_intent(
    session: Session,
    post: PostView,
    delivery: DeliveryView,
    intent: Intent,
    now: datetime,
    own_id: str | None,
) -> None:
    remote_id = delivery.remote_id or own_id
    columns: dict[str, object] = {"remote_id": remote_id} if own_id else {}
    posts.update_delivery(
        session,
        delivery,
        intent=intent,
        intent_version=post.content_version,
        intent_remote_id=remote_id,
        intent_at=now,
        # From the first call on, the delivery keeps its account, even if the default changes.
        account_id=delivery.account_id,
        **columns,
    )


def finish_delivery(session: Session, post_id: str, finish: FinishDelivery, now: datetime) -> None:
    """Give a delivery its final status without a call. The row of one that a person took off the
    post goes as soon as nothing of it is left at the provider."""
    if finish.delivery.is_removed and finish.status is DeliveryStatus.CANCELLED:
        posts.delete_delivery(session, finish.delivery.id)
    else:
        posts.update_delivery(session, finish.delivery, status=finish.status, error=finish.reason)
    event = HistoryEntry(
        post_id, finish.delivery.id, "end", finish.status, now, error=finish.reason
    )
    history.record(session, event)


def hold_delivery(session: Session, snapshot: Snapshot, hold: HoldDelivery, now: datetime) -> None:
    """Record that a delivery waits for its account; or no longer waits, so that it and its files
    are tried again at once."""
    is_held, post_id = hold.reason is not None, snapshot.post.id
    at_once: dict[str, object] = {} if is_held else {"not_before": None}
    posts.update_delivery(session, hold.delivery, error=hold.reason, is_held=is_held, **at_once)
    connection = hold.delivery.connection
    for upload in snapshot.uploads_of(connection.id) if connection and at_once else ():
        if upload.not_before is not None:
            posts.update_upload(session, upload, **at_once)
    event = HistoryEntry(post_id, hold.delivery.id, "hold", hold.outcome, now, error=hold.reason)
    history.record(session, event)


def set_post_status(session: Session, post: PostView, change: SetPostStatus, now: datetime) -> None:
    """Set the post's status, and free its seat where the status has none."""
    if change.status in STATUSES_WITHOUT_SEAT:  # the provider cannot publish it any more
        seats.release_seats(session, post.id)
    columns: dict[str, object] = {}
    if change.status in (PostStatus.PUBLISHED, PostStatus.PARTIAL):
        columns["published_at"] = now
    if change.status is PostStatus.DRAFT:
        columns = dict(posts.NO_DATE)
    if change.status is PostStatus.BACKLOG:
        columns = dict(posts.BACKLOG_VALUES)
    posts.set_status(
        session, post.id, post.status, change.status, now,
        step="outcome", reason=change.reason, **columns,
    )  # fmt: skip


def _change_subject(session: Session, subject: UploadView | DeliveryView, **values: object) -> None:
    if isinstance(subject, UploadView):
        posts.update_upload(session, subject, **values)
    else:
        posts.update_delivery(session, subject, **values)


def _record(
    session: Session,
    result: StepResult,
    outcome: str,
    now: datetime,
    *,
    error: str | None = None,
    http_status: int | None = None,
    next_attempt_at: datetime | None = None,
) -> None:
    event = HistoryEntry(
        post_id=result.snapshot.post.id,
        subject_id=_subject_id(result.run_step.subject),
        step=result.run_step.step,
        outcome=outcome,
        at=now,
        duration_ms=result.duration_ms,
        http_status=http_status,
        error=error,
        next_attempt_at=next_attempt_at,
    )
    history.record(session, event)


def _subject_id(subject: UploadView | DeliveryView) -> str:
    """The id in the history: the file's, or the delivery's."""
    return subject.media.id if isinstance(subject, UploadView) else subject.id
