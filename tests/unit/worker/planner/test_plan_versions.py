"""The planner with versions: a delivery waits for the files of its own version, and no others."""

from typing import Any

from models.snapshot import ConnectionView, DeliveryView, Snapshot, UploadView
from models.statuses import DeliveryStatus, MediaStatus, PostStatus
from provider.registry import CAPABILITIES
from tests.unit.worker.snapshot_builders import HOUR, NOW, delivery, media, post, snapshot
from worker.planner.decisions import Decision, FinishDelivery, RunStep, SetPostStatus, Step, Wait
from worker.planner.plan import next_step
from worker.planner.policy import Policy

POLICY = Policy(capabilities=CAPABILITIES)
# X has the first file, Threads none, and Facebook both.
VERSIONS: dict[str, Any] = {"x": {"media": [0]}, "threads": {"media": []}}
FACEBOOK = delivery(id="facebook")
X = delivery(id="x", platform="x")
THREADS = delivery(id="threads", platform="threads")


def decide(*parts: UploadView | DeliveryView) -> Decision:
    """The decision about a post with these parts and versions."""
    return next_step(of_parts(*parts), POLICY, NOW)


def of_parts(*parts: UploadView | DeliveryView) -> Snapshot:
    return snapshot(*parts, of=post(versions=VERSIONS))


def file(position: int, status: MediaStatus = MediaStatus.READY, **fields: Any) -> UploadView:  # noqa: ANN401
    """The file at a place of the post."""
    return media(status, id=f"file-{position}", position=position, **fields)


def test_a_delivery_waits_for_its_own_files_alone() -> None:
    """While a file is processed, those are created that do not have it."""
    late = file(1, MediaStatus.CONFIRMED, not_before=NOW + HOUR)
    assert decide(file(0), late, FACEBOOK, X, THREADS) == RunStep(Step.CREATE, X)
    first = file(0, MediaStatus.CONFIRMED, not_before=NOW + HOUR)
    assert decide(first, file(1), FACEBOOK, X, THREADS) == RunStep(Step.CREATE, THREADS)
    assert decide(first, file(1), FACEBOOK, X) == Wait(NOW + HOUR)


def test_a_file_that_failed_ends_only_what_has_it() -> None:
    """Each of these says why; where all have it, the post fails at once."""
    lost = file(0, MediaStatus.FAILED, error="too large")
    ended = FinishDelivery(FACEBOOK, DeliveryStatus.FAILED, "too large")
    assert decide(lost, file(1), FACEBOOK, X, THREADS) == ended
    failed = delivery(DeliveryStatus.FAILED, id="facebook", remote_id=None)
    ended = FinishDelivery(X, DeliveryStatus.FAILED, "too large")
    assert decide(lost, file(1), failed, X, THREADS) == ended
    other = delivery(DeliveryStatus.FAILED, id="x", platform="x", remote_id=None)
    assert decide(lost, file(1), failed, other, THREADS) == RunStep(Step.CREATE, THREADS)
    assert decide(lost, file(1), FACEBOOK, X) == SetPostStatus(PostStatus.FAILED, "too large")


def test_files_of_what_is_over_are_not_sent() -> None:
    """The second file, which Facebook alone had, has no step once that has failed; X goes on."""
    unsent = file(1, MediaStatus.NEW)
    assert decide(file(0), unsent, FACEBOOK, X) == RunStep(Step.UPLOAD, unsent)
    failed = delivery(DeliveryStatus.FAILED, id="facebook", remote_id=None)
    assert decide(file(0), unsent, failed, X) == RunStep(Step.CREATE, X)


def test_each_connection_has_its_own_copy() -> None:
    """A file that another connection lacks is none that this one waits for."""
    other = ConnectionView("other", "swonkie")
    theirs = delivery(id="x", platform="x", connection=other)
    copy = file(0, connection=other)
    late = file(0, MediaStatus.CONFIRMED, not_before=NOW + HOUR)
    assert decide(late, file(1), copy, FACEBOOK, theirs) == RunStep(Step.CREATE, theirs)
    state = of_parts(late, file(1), copy, FACEBOOK, theirs)
    assert [state.is_uploaded_for(each) for each in (FACEBOOK, theirs)] == [False, True]
