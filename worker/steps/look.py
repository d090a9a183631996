"""Look: an earlier call's answer was never written down; find out what became of it."""

from models.snapshot import DeliveryView, MediaView
from models.statuses import DeliveryStatus, Intent
from provider.errors import GiveUp
from provider.protocol import RemotePost, Stage
from worker.outcome import Done, Failed, Outcome, Snooze
from worker.steps.bench import Bench, seen


async def run(bench: Bench, subject: MediaView | DeliveryView) -> Outcome:
    """What the provider shows; "nothing" counts only once the settle time has passed."""
    delivery = bench.delivery(subject)
    if delivery.intent is Intent.CREATE or delivery.remote_id is None:
        return await _look_for_creation(bench, delivery)
    remote = await bench.provider.get(delivery.remote_id or "")
    if remote is None:
        return Failed(GiveUp("the post was deleted at the provider"))
    if remote.stage is Stage.DRAFT:
        return _not_yet(bench, delivery) or _nothing_happened(delivery, is_stray=True)
    if remote.stage is Stage.OTHER:
        return Failed(GiveUp(f"the provider shows the post in the stage {remote.raw_stage}"))
    stray = {"is_stray": True} if remote.stage is Stage.SCHEDULED else {}
    return Done({**seen(remote, bench.now), **stray})


async def _look_for_creation(bench: Bench, delivery: DeliveryView) -> Outcome:
    draft = bench.draft(delivery)
    found = await bench.provider.find(draft)
    if not found:
        return _not_yet(bench, delivery) or _nothing_happened(delivery)
    # Twins are drafts that nobody will ever transition; keep one, and leave no litter.
    keep, *twins = sorted(found, key=_precedence)
    for twin in twins:
        await _discard(bench, twin)
    dropped = bench.provider.not_carried(draft)
    return Done({**_adopted(bench, keep), "not_carried": dropped}, "found by its marker")


async def _discard(bench: Bench, twin: RemotePost) -> None:
    """What has gone out cannot be called back; nothing else may follow it."""
    if twin.stage is Stage.SCHEDULED:
        twin = await bench.provider.unschedule(twin.id) or twin
    if twin.stage is Stage.DRAFT:
        await bench.provider.delete(twin.id)


PRECEDENCE = (Stage.PUBLISHED, Stage.PUBLISHING, Stage.SCHEDULED, Stage.OTHER, Stage.FAILED)


def _precedence(remote: RemotePost) -> tuple[int, str]:
    """What has gone out before what may, and that before what cannot."""
    known = remote.stage in PRECEDENCE
    return PRECEDENCE.index(remote.stage) if known else len(PRECEDENCE), remote.id


def _adopted(bench: Bench, remote: RemotePost) -> dict[str, object]:
    created = {"status": DeliveryStatus.CREATED, "remote_id": remote.id}
    return {
        **created,
        "sent_version": None,  # it may be older than today's content: an update will tell
        **seen(remote, bench.now),
    }


def _nothing_happened(delivery: DeliveryView, *, is_stray: bool = False) -> Done:
    """The call may be repeated. Its failed attempts still count: this must not go on for ever."""
    changes = {"attempts": delivery.attempts, "is_stray": is_stray or delivery.is_stray}
    return Done(changes, "nothing had happened")


def _not_yet(bench: Bench, delivery: DeliveryView) -> Snooze | None:
    """The request may still arrive; None once it no longer can."""
    asked = delivery.intent_at or bench.now
    remaining = asked + bench.policy.settle_time - bench.now
    if remaining.total_seconds() <= 0:
        return None
    return Snooze(min(remaining, bench.policy.verify_interval))
