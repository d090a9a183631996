"""Delete: let nothing publish this remote post any more, whatever calls are still on their way."""

from models.snapshot import DeliveryView, MediaView
from models.statuses import DeliveryStatus, PostStatus
from provider.errors import OutcomeUnknown
from provider.protocol import RemotePost, Stage
from worker.outcome import Done, Outcome
from worker.steps.bench import TOO_LATE, Bench, seen


async def run(bench: Bench, subject: MediaView | DeliveryView) -> Outcome:
    """The remote post is gone; or it went out before, which is what gets recorded.

    A provider may delete what it has published without a word, and the network keeps it: so the
    post is looked at and taken off the timer first.
    """
    delivery = bench.delivery(subject)
    remote_id = delivery.remote_id or ""
    remote: RemotePost | None = await bench.provider.get(remote_id)
    if remote is not None and remote.stage is Stage.SCHEDULED:
        remote = await bench.provider.unschedule(remote_id)
    if remote is not None:
        if remote.stage is Stage.SCHEDULED:
            raise OutcomeUnknown("the post is still on the provider's timer")
        if remote.stage in (Stage.PUBLISHING, Stage.PUBLISHED):
            return Done(seen(remote, bench.now), TOO_LATE)
        await bench.provider.delete(remote_id)
    return Done(_gone(bench, delivery))


def _gone(bench: Bench, delivery: DeliveryView) -> dict[str, object]:
    """The columns of a delivery without a remote post: removed, failed as before, or to be made."""
    columns: dict[str, object] = {
        "remote_id": None,
        "remote_stage": None,
        "sent_version": None,
        "is_stray": False,
        "link": None,
        # Made anew, it goes to what is the default then.
        "account_id": delivery.account_id if delivery.is_named else None,
    }
    if bench.snapshot.post.status is PostStatus.CANCELLING:
        return {**columns, "status": DeliveryStatus.CANCELLED}
    if delivery.status is DeliveryStatus.FAILED:
        return {**columns, "error": delivery.error}
    return {**columns, "status": DeliveryStatus.PENDING}
