"""What becomes of a media or a delivery whose step failed. Pure: columns in, columns out."""

from datetime import datetime, timedelta

from models.snapshot import DeliveryView, MediaView, PostView
from models.statuses import DeliveryStatus, Desired, MediaStatus
from provider.errors import GiveUp, OutcomeUnknown, ProviderError, Retry
from worker.decision import INTENT_OF, TRANSITIONS, Do, Step
from worker.policy import Policy
from worker.retry import Ruling, Verdict, judge

NO_INTENT: dict[str, object] = {
    "intent": None,
    "intent_version": None,
    "intent_remote_id": None,
    "intent_at": None,
}
NOTHING = timedelta(0)


def ruling_of(
    do: Do, post: PostView, error: ProviderError, policy: Policy, draw: float, now: datetime
) -> Ruling:
    """The verdict on a failed step, with the limit on uploads."""
    attempts = do.subject.attempts
    left = _until_deadline(post, policy, now)
    ruling = judge(error, attempts, policy, draw, step=do.step, until_deadline=left)
    uploads = do.subject.uploads if isinstance(do.subject, MediaView) else 0
    if ruling.verdict is Verdict.RESTART and uploads >= policy.uploads:
        return Ruling(Verdict.GIVE_UP, attempts=ruling.attempts)
    return ruling


def _until_deadline(post: PostView, policy: Policy, now: datetime) -> timedelta | None:
    """What is left until the post's instant, then until the end of its grace; None for a draft."""
    if post.desired is Desired.DRAFT or post.due_at is None:
        return None
    left = post.due_at - now
    return left if left > NOTHING else left + policy.missed_grace


def reread(
    do: Do, post: PostView, error: ProviderError, policy: Policy, now: datetime
) -> ProviderError:
    """A timer that is refused at its slot: its instant had passed on the provider's clock."""
    refused = isinstance(error, GiveUp) and do.step is Step.SCHEDULE
    if refused and (post.due_at or now) <= now + policy.late_after:
        return Retry(str(error), error.http_status)
    return error


def columns(do: Do, ruling: Ruling, error: ProviderError, now: datetime) -> dict[str, object]:
    """The columns of the step's subject that its failure changes."""
    again = None if ruling.verdict is Verdict.GIVE_UP else now + ruling.delay
    closed = _closed(do, ruling.verdict)
    if ruling.verdict is Verdict.SNOOZE:  # the call was never made: nothing to count or to tell
        return {**closed, "not_before": again}
    counted = {"error": str(error), "not_before": again, "attempts": ruling.attempts}
    own = (
        _of_media(ruling.verdict)
        if isinstance(do.subject, MediaView)
        else _of_delivery(ruling.verdict, do, do.subject, error)
    )
    return {**closed, **counted, **own}


def _closed(do: Do, verdict: Verdict) -> dict[str, object]:
    """Only the call that an intent was opened for can say that nothing happened: a look that failed
    has seen nothing, and a repeated call knows nothing of the one before it."""
    subject = do.subject
    if verdict is Verdict.LOOK or do.step not in INTENT_OF or isinstance(subject, MediaView):
        return {}
    return {} if subject.intent is not None else NO_INTENT


def _of_media(verdict: Verdict) -> dict[str, object]:
    if verdict is Verdict.GIVE_UP:
        return {"status": MediaStatus.FAILED}
    if verdict is Verdict.RESTART:
        return {"status": MediaStatus.NEW, "remote_id": None, "not_before": None}
    return {}


def _of_delivery(
    verdict: Verdict, do: Do, subject: DeliveryView, error: ProviderError
) -> dict[str, object]:
    """Given up, it has failed, unless it may have gone out, or may still go out."""
    if verdict is not Verdict.GIVE_UP:
        return {}
    maybe = (
        subject.status in (DeliveryStatus.SCHEDULED, DeliveryStatus.PUBLISHING)
        or subject.intent in TRANSITIONS
        or (INTENT_OF.get(do.step) in TRANSITIONS and isinstance(error, OutcomeUnknown))
        or do.step is Step.DELETE
    )
    return {"status": DeliveryStatus.UNKNOWN if maybe else DeliveryStatus.FAILED}
