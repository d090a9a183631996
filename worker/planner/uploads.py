"""The files of a post: uploaded once to each connection that still needs them. Pure."""

from datetime import datetime

from models.snapshot import ConnectionView, DeliveryView, Snapshot
from models.statuses import DeliveryStatus, MediaStatus, PostStatus
from worker.planner.connection_pause import ConnectionPause, earliest
from worker.planner.decisions import (
    STEP_OF_UPLOAD,
    TRANSITIONS,
    Decision,
    FinishDelivery,
    RunStep,
    SetPostStatus,
    Wait,
)
from worker.planner.missed_slot import NEVER_SENT, is_past_grace
from worker.planner.policy import MissedPolicy, Policy
from worker.planner.remote_post import has_unresolved_call

# By connection id: until when its files wait; None: until a step that is running ends.
UploadWaits = dict[str, datetime | None]


def plan_uploads(
    snapshot: Snapshot, policy: Policy, pause: ConnectionPause
) -> Decision | UploadWaits:
    """The next decision about a file; without one, the connections whose files are not ready."""
    waits: UploadWaits = {}
    for connection, unsent in _unsent_by_connection(snapshot, policy, pause.now):
        unresolved = [each for each in unsent if each.intent in TRANSITIONS]
        if unresolved:  # what may be out comes first
            if not all(map(snapshot.is_uploaded_for, unsent)):
                before = [pause.before(each) for each in unresolved]
                waits[connection.id] = earliest(each.until for each in before if each)
            continue
        decision = _next_for_connection(snapshot, connection, unsent, pause)
        if decision is None:
            continue
        if not isinstance(decision, Wait):
            return decision
        waits[connection.id] = decision.until
    return waits


def is_uploading(snapshot: Snapshot, delivery: DeliveryView, waits: UploadWaits) -> bool:
    """Whether a delivery waits for its files; not for those that only others have."""
    connection = delivery.connection
    may_wait = connection is not None and connection.id in waits and delivery.status in NEVER_SENT
    return may_wait and not snapshot.is_uploaded_for(delivery)


def _unsent_by_connection(
    snapshot: Snapshot, policy: Policy, now: datetime
) -> list[tuple[ConnectionView, list[DeliveryView]]]:
    """The deliveries that need the files. After the grace period none does: they are missed."""
    if not snapshot.media or (
        snapshot.post.status is not PostStatus.BACKLOG
        and is_past_grace(snapshot, policy, now)
        and policy.missed is not MissedPolicy.PUBLISH_LATE
    ):
        return []
    found: dict[str, tuple[ConnectionView, list[DeliveryView]]] = {}
    for each in snapshot.deliveries:
        if each.connection is not None and each.status in NEVER_SENT:
            found.setdefault(each.connection.id, (each.connection, []))[1].append(each)
    return list(found.values())


def _next_for_connection(
    snapshot: Snapshot,
    connection: ConnectionView,
    unsent: list[DeliveryView],
    pause: ConnectionPause,
) -> Decision | None:
    """The next step on a file that these deliveries have; None when all of them are ready."""
    waits = []
    for upload in snapshot.uploads_of(connection.id):
        needing = [each for each in unsent if snapshot.needs(each, upload)]
        if not needing:
            continue
        if upload.status is MediaStatus.FAILED:
            return _fail(snapshot, needing, upload.error)
        if upload.status is not MediaStatus.READY:
            wait = pause.before(upload)
            if wait is None:
                return RunStep(STEP_OF_UPLOAD[upload.status], upload)
            waits.append(wait)
    return Wait(earliest(each.until for each in waits)) if waits else None


def _fail(
    snapshot: Snapshot, needing: list[DeliveryView], error: str | None
) -> FinishDelivery | SetPostStatus:
    """A file failed: so does the post, or, where another connection, another version or a part that
    went out has none of it, or a delayed call must be made harmless first, each delivery that has
    it here."""
    here = needing[0].connection
    of_others = any(each.connection != here for each in snapshot.deliveries)
    rest = [each.status for each in snapshot.deliveries if each not in needing]
    is_quiet = not any(map(has_unresolved_call, snapshot.deliveries))
    if is_quiet and not of_others and all(status is DeliveryStatus.FAILED for status in rest):
        return SetPostStatus(PostStatus.FAILED, error)
    return FinishDelivery(needing[0], DeliveryStatus.FAILED, error or "a file failed")
