"""Writing what a step brought about: the one place that acts on outcomes."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.snapshot import DeliveryView, MediaView, PostView, Snapshot
from models.statuses import PostStatus
from models.store import history, organizations, posts, seats
from models.store.history import HistoryEntry
from worker.decision import INTENT_OF, Become, Do, End, Hold, Step
from worker.failing import NO_INTENT, columns, reread, ruling_of
from worker.outcome import Done, Failed, Outcome, Snooze
from worker.policy import Policy
from worker.retry import Verdict

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
        # A post that left its seat keeps it until nothing remote can publish in it.
        taken_back = result.do.step in (Step.UNSCHEDULE, Step.DELETE, Step.LOOK)
        return taken_back and seats.release_left_seats(session, result.snapshot.post.id)
    if isinstance(result.outcome, Snooze):
        values = {**result.outcome.changes, "not_before": now + result.outcome.delay}
        _change(session, result.do.subject, **values)
    else:
        _fail(session, result, result.outcome, policy, now)
    return False


def _succeed(session: Session, result: Result, done: Done, now: datetime) -> None:
    intent = {} if isinstance(result.do.subject, MediaView) else NO_INTENT
    fresh = {"attempts": 0, "not_before": None, "error": None, **intent}
    _change(session, result.do.subject, **{**fresh, **done.changes})
    _record(session, result, "done", now, error=done.note)


def _fail(session: Session, result: Result, failed: Failed, policy: Policy, now: datetime) -> None:
    do, post = result.do, result.snapshot.post
    error = reread(do, post, failed.error, policy, now)
    ruling = ruling_of(do, post, error, policy, result.draw, now)
    values = columns(do, ruling, error, now)
    _change(session, do.subject, **values)
    if ruling.verdict is Verdict.SNOOZE:
        return
    if ruling.verdict is Verdict.BLOCKED:
        organizations.block_workspace(session, post.workspace_id, now + ruling.delay)
    again = None if ruling.verdict is Verdict.GIVE_UP else now + ruling.delay
    _record(
        session, result, ruling.verdict, now,
        error=str(error), http_status=error.http_status, next_attempt_at=again,
    )  # fmt: skip


def open_intent(session: Session, post: PostView, do: Do, now: datetime) -> None:
    """Say what is about to be done, before it is done."""
    intent = INTENT_OF.get(do.step)
    if intent is None or isinstance(do.subject, MediaView):
        return
    posts.update_delivery(
        session,
        do.subject,
        intent=intent,
        intent_version=post.content_version,
        intent_remote_id=do.subject.remote_id,
        intent_at=now,
        # From its first call on it stays there, whatever becomes the default.
        account_id=do.subject.account_id,
    )


def end_delivery(session: Session, post_id: str, end: End, now: datetime) -> None:
    """Settle a delivery without a call."""
    posts.update_delivery(session, end.delivery, status=end.status, error=end.reason)
    event = HistoryEntry(post_id, end.delivery.id, "end", end.status, now, error=end.reason)
    history.record(session, event)


def hold(session: Session, post_id: str, held: Hold, now: datetime) -> None:
    """Say that a delivery waits for its account, or no longer does."""
    waits = held.reason is not None
    posts.update_delivery(session, held.delivery, error=held.reason, is_held=waits)
    outcome = "waits for its account" if waits else "goes on"
    event = HistoryEntry(post_id, held.delivery.id, "hold", outcome, now, error=held.reason)
    history.record(session, event)


def change_post(session: Session, post: PostView, become: Become, now: datetime) -> None:
    """Move the post to the status that its deliveries amount to."""
    if become.status in SEATLESS:  # nothing remote can publish any more
        seats.release_seats(session, post.id)
    columns: dict[str, object] = {}
    if become.status in (PostStatus.PUBLISHED, PostStatus.PARTIAL):
        columns["published_at"] = now
    if become.status is PostStatus.BACKLOG:
        columns = dict(posts.BACKLOG_VALUES)
    posts.set_status(
        session, post.id, post.status, become.status, now,
        step="outcome", reason=become.reason, **columns,
    )  # fmt: skip


def _change(session: Session, subject: MediaView | DeliveryView, **values: object) -> None:
    if isinstance(subject, MediaView):
        posts.update_media(session, subject.id, **values)
    else:
        posts.update_delivery(session, subject, **values)


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
    event = HistoryEntry(
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
