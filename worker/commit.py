"""Writing what a step brought about: the one place that acts on outcomes."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.snapshot import DeliveryView, MediaView, PostView, Snapshot
from models.statuses import DeliveryStatus, Desired, MediaStatus, PostStatus
from models.store import history, organizations, posts, seats
from models.store.history import Event
from provider.errors import GiveUp, OutcomeUnknown, ProviderError, Retry
from worker.decision import INTENT_OF, TRANSITIONS, Become, Do, End, Step
from worker.outcome import Done, Failed, Outcome, Snooze
from worker.policy import Policy
from worker.retry import Ruling, Verdict, judge

SEATLESS = (PostStatus.FAILED, PostStatus.MISSED, PostStatus.CANCELLED, PostStatus.BACKLOG)


@dataclass(frozen=True, slots=True)
class Result:
    """A step that was taken: what it was, what came of it, and how long it took (ms).

    `draw` in [0, 1) is the lot for the jitter of the next attempt.
    """

    snapshot: Snapshot
    do: Do
    outcome: Outcome
    duration_ms: int
    draw: float


def apply(session: Session, result: Result, policy: Policy, now: datetime) -> bool:
    """Write an outcome to the step's subject, with history; returns whether a seat got free."""
    if isinstance(result.outcome, Done):
        _succeed(session, result, result.outcome, now)
        # A post that left the queue keeps its seat until nothing remote can publish in it.
        taken_back = result.do.step in (Step.UNSCHEDULE, Step.DELETE)
        return taken_back and seats.leave_queue(session, result.snapshot.post.id)
    if isinstance(result.outcome, Snooze):
        values = {**result.outcome.changes, "not_before": now + result.outcome.delay}
        _change(session, result.do.subject, **values)
    else:
        _fail(session, result, result.outcome, policy, now)
    return False


def _succeed(session: Session, result: Result, done: Done, now: datetime) -> None:
    fresh = {"attempts": 0, "not_before": None, "error": None, **_no_intent(result.do.subject)}
    _change(session, result.do.subject, **{**fresh, **done.changes})
    _record(session, result, "done", now, error=done.note)


def _fail(session: Session, result: Result, failed: Failed, policy: Policy, now: datetime) -> None:
    subject, error = result.do.subject, _reread(result, failed.error, policy, now)
    post = result.snapshot.post
    is_draft = post.desired is Desired.DRAFT or post.due_at is None
    has_slot = not is_draft and now <= (post.due_at or now) + policy.missed_grace
    ruling = judge(error, subject.attempts, policy, result.draw, has_slot=has_slot)
    if ruling.verdict is Verdict.RESTART and _uploads(subject) >= policy.uploads:
        ruling = Ruling(Verdict.GIVE_UP)
    again = None if ruling.verdict is Verdict.GIVE_UP else now + ruling.delay
    values: dict[str, object] = {"error": str(error), "not_before": again}
    # Only the call that an intent was opened for can say that nothing happened: a look that
    # failed has seen nothing, and a repeated call knows nothing of the one before it.
    if ruling.verdict is not Verdict.LOOK and _opened_here(result.do):
        values |= _no_intent(subject)
    if ruling.verdict is Verdict.BLOCKED:
        until = now + ruling.delay
        organizations.block_workspace(session, post.workspace_id, until)
    else:
        values["attempts"] = subject.attempts + 1
    more = (
        _media_columns(ruling.verdict)
        if isinstance(subject, MediaView)
        else _delivery_columns(ruling.verdict, result.do, error)
    )
    _change(session, subject, **{**values, **more})
    _record(
        session, result, ruling.verdict, now,
        error=str(error), http_status=error.http_status, next_attempt_at=again,
    )  # fmt: skip


def _reread(result: Result, error: ProviderError, policy: Policy, now: datetime) -> ProviderError:
    """A timer that is refused at its slot: its instant had passed on the provider's clock."""
    due = result.snapshot.post.due_at or now
    refused = isinstance(error, GiveUp) and result.do.step is Step.SCHEDULE
    if refused and due <= now + policy.late_after:
        return Retry(str(error), error.http_status)
    return error


def _opened_here(do: Do) -> bool:
    return (
        do.step in INTENT_OF and not isinstance(do.subject, MediaView) and do.subject.intent is None
    )


def _media_columns(verdict: Verdict) -> dict[str, object]:
    """The columns of a media, beyond attempts and error, that a verdict changes."""
    if verdict is Verdict.GIVE_UP:
        return {"status": MediaStatus.FAILED}
    if verdict is Verdict.RESTART:
        return {"status": MediaStatus.NEW, "remote_id": None, "not_before": None}
    return {}


def _delivery_columns(verdict: Verdict, do: Do, error: ProviderError) -> dict[str, object]:
    """Likewise of a delivery: given up, it has failed, unless it may have gone out."""
    if verdict is not Verdict.GIVE_UP or isinstance(do.subject, MediaView):
        return {}
    maybe = (
        do.subject.status in (DeliveryStatus.SCHEDULED, DeliveryStatus.PUBLISHING)
        or do.subject.intent in TRANSITIONS
        or (INTENT_OF.get(do.step) in TRANSITIONS and isinstance(error, OutcomeUnknown))
        or do.step is Step.DELETE
    )
    return {"status": DeliveryStatus.UNKNOWN if maybe else DeliveryStatus.FAILED}


def _uploads(subject: MediaView | DeliveryView) -> int:
    return subject.uploads if isinstance(subject, MediaView) else 0


def _no_intent(subject: MediaView | DeliveryView) -> dict[str, object]:
    if isinstance(subject, MediaView):
        return {}
    return {
        "intent": None,
        "intent_version": None,
        "intent_remote_id": None,
        "intent_at": None,
    }


def open_intent(session: Session, post: PostView, do: Do, now: datetime) -> None:
    """Say what is about to be done, before it is done."""
    intent = INTENT_OF.get(do.step)
    if intent is None or isinstance(do.subject, MediaView):
        return
    posts.change_delivery(
        session,
        do.subject,
        intent=intent,
        intent_version=post.content_version,
        intent_remote_id=do.subject.remote_id,
        intent_at=now,
    )


def end_delivery(session: Session, post_id: str, end: End, now: datetime) -> None:
    """Settle a delivery without a call."""
    posts.change_delivery(session, end.delivery, status=end.status, error=end.reason)
    event = Event(post_id, end.delivery.id, "end", end.status, now, error=end.reason)
    history.record(session, event)


def change_post(session: Session, post: PostView, become: Become, now: datetime) -> None:
    """Move the post to the status that its deliveries amount to."""
    if become.status in SEATLESS:  # nothing remote can publish any more
        seats.free(session, post.id)
    columns: dict[str, object] = {}
    if become.status in (PostStatus.PUBLISHED, PostStatus.PARTIAL):
        columns["published_at"] = now
    if become.status is PostStatus.BACKLOG:
        columns = dict(posts.UNSEATED)
    posts.become(
        session, post.id, post.status, become.status, now,
        step="outcome", reason=become.reason, **columns,
    )  # fmt: skip


def _change(session: Session, subject: MediaView | DeliveryView, **values: object) -> None:
    if isinstance(subject, MediaView):
        posts.change_media(session, subject.id, **values)
    else:
        posts.change_delivery(session, subject, **values)


def _record(
    session: Session,
    result: Result,
    outcome: str,
    now: datetime,
    *,
    error: str | None = None,
    http_status: int | None = None,
    next_attempt_at: datetime | None = None,
) -> None:
    event = Event(
        post_id=result.snapshot.post.id,
        subject_id=result.do.subject.id,
        step=result.do.step,
        outcome=outcome,
        at=now,
        duration_ms=result.duration_ms,
        http_status=http_status,
        error=error,
        next_attempt_at=next_attempt_at,
    )
    history.record(session, event)
