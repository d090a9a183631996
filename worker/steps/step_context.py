"""The context that every step receives: snapshot, provider, fetcher, policy and planning time."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from models.post_content import VersionContent, own_thread_field
from models.snapshot import DeliveryView, Snapshot, UploadView
from models.statuses import DeliveryStatus, Desired, Intent
from provider.protocol import (
    Draft,
    DraftMedia,
    PastCreates,
    Provider,
    RemotePost,
    RemoteStage,
    ThreadPart,
)
from worker.media_fetch import Fetcher
from worker.planner.policy import Policy
from worker.transfer_places import TransferPlaces


@dataclass(frozen=True, slots=True)
class StepContext:
    """What one step needs. `now` is the database's time when the step was planned; nobody else
    works on the post before `held_until` (s, `time.monotonic()`)."""

    snapshot: Snapshot
    provider: Provider
    fetcher: Fetcher
    policy: Policy
    now: datetime
    held_until: float = math.inf
    transfers: TransferPlaces = field(default_factory=TransferPlaces)

    def draft(self, delivery: DeliveryView) -> Draft:
        """The post as it should be at the provider, for this delivery's account."""
        post, content = self.snapshot.post, self.snapshot.content(delivery)
        assert delivery.profile_id is not None  # noqa: S101  (the planner checks it)
        connection = delivery.connection
        uploads = self.snapshot.uploads_of(connection.id) if connection else ()
        media = _version_media(content, uploads)
        return Draft(
            profile_id=delivery.profile_id,
            platform=delivery.platform,
            post_type=post.post_type if media else "text",
            caption=content.caption,
            media=media,
            publish_at=self._publish_at(),
            fields=content.fields,
            marker=self.snapshot.marker(delivery),
            title=post.title or "",
            thread=_thread(self.snapshot, delivery.platform, content.fields, uploads),
            sent_since=self._sent_since(delivery),
            past_creates=self._past_creates(delivery),
        )

    def _past_creates(self, delivery: DeliveryView) -> PastCreates:
        """A lost create was made with its intent, and nothing else was called. In all other cases
        (such as a restore), no create was made before the acceptance."""
        post = self.snapshot.post
        is_lost = delivery.intent is Intent.CREATE and delivery.intent_version is not None
        if not is_lost or delivery.intent_at is None:
            return PastCreates(post.accepted_at, self.now)
        had_timer = self._had_timer() if delivery.intent_version == post.content_version else None
        return PastCreates(delivery.intent_at, self.now, is_one_enough=True, had_timer=had_timer)

    def _had_timer(self) -> bool | None:
        """Whether a create of the same content had a time; None: it may have passed meanwhile."""
        if self._publish_at() is not None:
            return True
        return False if self.snapshot.post.desired is Desired.PUBLISHED_NOW else None

    def _sent_since(self, delivery: DeliveryView) -> datetime | None:
        """Before this, no call has published the delivery: a person's retry moves the intent, and
        a restored backup does not know it, but none is made before the slot."""
        if delivery.intent_at is None:
            return None
        post = self.snapshot.post
        return min(delivery.intent_at, post.scheduled_for or post.accepted_at)

    def _publish_at(self) -> datetime | None:
        """The time for the provider's timer; None where it is not in the future."""
        post = self.snapshot.post
        due = None if post.desired is Desired.PUBLISHED_NOW else post.due_at
        return due if due is not None and due > self.now else None


def _version_media(
    content: VersionContent, uploads: Sequence[UploadView]
) -> tuple[DraftMedia, ...]:
    """The files of the post itself, in the order of its version."""
    by_position = {each.media.position: each for each in uploads if each.media.thread_part == 0}
    found = [by_position[position] for position in content.media if position in by_position]
    texts = content.alt_texts or ()
    if content.alt_texts is None:
        texts = tuple(each.media.alt_text or "" for each in found)
    texts = (*texts, *[""] * len(found))
    return tuple(_to_draft_media(each, text) for each, text in zip(found, texts, strict=False))


def _thread(
    snapshot: Snapshot, platform: str, fields: Mapping[str, str], uploads: Sequence[UploadView]
) -> tuple[ThreadPart, ...]:
    """What follows the post; nothing where a field of the network's own says it instead."""
    if own_thread_field(platform, fields) is not None:
        return ()
    return tuple(
        ThreadPart(text, _part_media(number, snapshot, uploads))
        for number, text in enumerate(snapshot.post.thread, 1)
    )


def _part_media(
    number: int, snapshot: Snapshot, uploads: Sequence[UploadView]
) -> tuple[DraftMedia, ...]:
    """The files of one text of the thread; without ids where the network does not need them, so
    that the text is not taken for one without files."""
    by_file = {each.media.id: each for each in uploads}
    return tuple(
        _to_draft_media(by_file[each.id], each.alt_text or "")
        if each.id in by_file
        else DraftMedia(id="", alt_text=each.alt_text or "")
        for each in snapshot.media
        if each.thread_part == number
    )


def _to_draft_media(upload: UploadView, alt_text: str) -> DraftMedia:
    return DraftMedia(
        id=upload.remote_id or "",
        content_type=upload.content_type or "",
        alt_text=alt_text,
        width=upload.width,
        height=upload.height,
    )


# The note on a change that a user made in time, but that reached the provider after publication.
TOO_LATE = "it went out before the change reached the provider"
STATUS_OF_STAGE = {
    RemoteStage.DRAFT: DeliveryStatus.CREATED,
    RemoteStage.SCHEDULED: DeliveryStatus.SCHEDULED,
    RemoteStage.PUBLISHING: DeliveryStatus.PUBLISHING,
    RemoteStage.PUBLISHED: DeliveryStatus.PUBLISHED,
    RemoteStage.FAILED: DeliveryStatus.FAILED,
}


def delivery_columns(remote: RemotePost, now: datetime) -> dict[str, object]:
    """The columns of a delivery that record the state of its remote post."""
    changes: dict[str, object] = {
        "remote_id": remote.id,  # an answer may bring a new one
        "remote_stage": remote.raw_stage,
        "link": remote.link,
    }
    status = STATUS_OF_STAGE.get(remote.stage)
    if status is not None:
        changes["status"] = status
    if remote.stage in (RemoteStage.PUBLISHING, RemoteStage.PUBLISHED, RemoteStage.FAILED):
        changes["is_stray"] = False  # a delayed transition call can no longer change anything
    if status is DeliveryStatus.PUBLISHED:
        changes |= {"published_at": now, "error": None}
    if status is DeliveryStatus.FAILED:
        changes["error"] = remote.error or f"the provider shows the stage {remote.raw_stage}"
    return changes


def not_carried_note(unsupported: list[str]) -> str | None:
    """The note in the history on fields that were not sent; None without any."""
    return f"not carried by this provider: {', '.join(unsupported)}" if unsupported else None
