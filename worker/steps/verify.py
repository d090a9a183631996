"""Verify: after the slot, did it go live?"""

from models.snapshot import DeliveryView, MediaView
from models.statuses import DeliveryStatus
from provider.errors import GiveUp
from provider.protocol import RemotePost, Stage
from worker.outcome import Done, Failed, Outcome, Snooze
from worker.steps.bench import Bench, seen


async def run(bench: Bench, subject: MediaView | DeliveryView) -> Outcome:
    """Published or refused; still going out is asked again, but not for ever."""
    delivery = bench.delivery(subject)
    remote = await bench.provider.get(delivery.remote_id or "")
    if remote is None:
        return Failed(GiveUp("the post was deleted at the provider before it went out"))
    if remote.stage in (Stage.PUBLISHED, Stage.FAILED):
        return Done(seen(remote, bench.now))
    return _taken_off(bench, delivery, remote) or _patience(bench, remote)


def _taken_off(bench: Bench, delivery: DeliveryView, remote: RemotePost) -> Done | None:
    """A draft after its slot: somebody at the provider decided so, and it is not ours to undo."""
    due = bench.snapshot.post.due_at or bench.now
    settled = bench.now > due + bench.policy.settle_time
    if delivery.status is not DeliveryStatus.SCHEDULED or remote.stage is not Stage.DRAFT:
        return None
    if not settled:
        return None
    reason = "at its slot the provider had it as a draft: it was taken off the timer there"
    return Done({**seen(remote, bench.now), "status": DeliveryStatus.FAILED, "error": reason})


def _patience(bench: Bench, remote: RemotePost) -> Outcome:
    due = bench.snapshot.post.due_at or bench.now
    if bench.now <= due + bench.policy.verify_limit:
        # A stale answer must not take "publishing" back to "scheduled".
        going = seen(remote, bench.now) if remote.stage is Stage.PUBLISHING else {}
        return Snooze(bench.policy.verify_interval, going)
    reason = f"the provider still shows {remote.raw_stage}; look there whether it went out"
    return Done({"status": DeliveryStatus.UNKNOWN, "error": reason})
