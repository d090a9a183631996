"""What a step works with: its place at the bench."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from models.snapshot import DeliveryView, MediaView, Snapshot
from models.statuses import DeliveryStatus, Desired
from provider.protocol import Draft, Provider, RemotePost, RemoteStage
from worker.media_fetch import Fetcher
from worker.planner.policy import Policy
from worker.steps.outcome import Outcome


@dataclass(frozen=True, slots=True)
class StepContext:
    """One step's surroundings. `now` is the database's clock when the step was planned."""

    snapshot: Snapshot
    provider: Provider
    fetcher: Fetcher
    policy: Policy
    now: datetime

    def media(self, subject: MediaView | DeliveryView) -> MediaView:
        """The subject of a media step."""
        assert isinstance(subject, MediaView)  # noqa: S101  (the planner pairs step and subject)
        return subject

    def delivery(self, subject: MediaView | DeliveryView) -> DeliveryView:
        """The subject of a delivery step."""
        assert isinstance(subject, DeliveryView)  # noqa: S101
        return subject

    def draft(self, delivery: DeliveryView) -> Draft:
        """The post as it should stand on this delivery's account."""
        post = self.snapshot.post
        assert delivery.profile_id is not None  # noqa: S101  (the planner saw to it)
        return Draft(
            profile_id=delivery.profile_id,
            platform=delivery.platform,
            post_type=post.post_type,
            caption=post.caption,
            media_ids=tuple(media.remote_id or "" for media in self.snapshot.media),
            publish_at=self._publish_at(),
            fields=post.platform_fields,
            marker=f"slotbeat:{self.snapshot.installation_id}:{delivery.id}",
        )

    def _publish_at(self) -> datetime | None:
        """The provider's timer is set to instants that lie ahead, and to no other."""
        post = self.snapshot.post
        due = None if post.desired is Desired.PUBLISHED_NOW else post.due_at
        return due if due is not None and due > self.now else None


StepFunction = Callable[[StepContext, MediaView | DeliveryView], Awaitable[Outcome]]

# Beside a change that was asked for in time, and reached the provider after the post had gone.
TOO_LATE = "it went out before the change reached the provider"
STATUS_OF_STAGE = {
    RemoteStage.DRAFT: DeliveryStatus.CREATED,
    RemoteStage.SCHEDULED: DeliveryStatus.SCHEDULED,
    RemoteStage.PUBLISHING: DeliveryStatus.PUBLISHING,
    RemoteStage.PUBLISHED: DeliveryStatus.PUBLISHED,
    RemoteStage.FAILED: DeliveryStatus.FAILED,
}


def delivery_columns(remote: RemotePost, now: datetime) -> dict[str, object]:
    """The columns of a delivery that say how its remote post stands."""
    changes: dict[str, object] = {"remote_stage": remote.raw_stage, "link": remote.link}
    status = STATUS_OF_STAGE.get(remote.stage)
    if status is not None:
        changes["status"] = status
    if remote.stage in (RemoteStage.PUBLISHING, RemoteStage.PUBLISHED, RemoteStage.FAILED):
        changes["is_stray"] = False  # a transition that comes now finds nothing to do
    if status is DeliveryStatus.PUBLISHED:
        changes |= {"published_at": now, "error": None}
    if status is DeliveryStatus.FAILED:
        changes["error"] = remote.error or f"the provider shows the stage {remote.raw_stage}"
    return changes
