"""The planner's input: a post's desired and actual state, read in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from models.post_content import VersionContent, content_for, takes_thread_files
from models.statuses import DeliveryStatus, Desired, Intent, MediaStatus, PostStatus


@dataclass(frozen=True, slots=True)
class PostView:
    """The desired state of a post."""

    id: str
    organization_id: str
    post_type: str
    caption: str
    platform_fields: dict[str, str]
    publish_mode: str
    desired: Desired
    content_version: int
    status: PostStatus
    scheduled_for: datetime | None
    late_at: datetime | None
    grace_from: datetime | None
    opens_at: datetime | None
    accepted_at: datetime
    title: str | None = None
    versions: dict[str, dict[str, Any]] = field(default_factory=dict)
    thread: list[str] = field(default_factory=list)

    @property
    def due_at(self) -> datetime | None:
        """The instant to publish at: the slot, the later instant of a late post, or the acceptance
        of a post that is published at once."""
        if self.desired == Desired.PUBLISHED_NOW:
            return self.late_at or self.accepted_at
        return self.late_at or self.scheduled_for

    @property
    def promised_at(self) -> datetime | None:
        """The instant that the grace period counts from: the slot, the acceptance, or the instant
        that a person gave to the post later. The turn of a late post does not move it."""
        if self.desired == Desired.PUBLISHED_NOW:
            return self.due_at
        return self.grace_from or self.scheduled_for


@dataclass(frozen=True, slots=True)
class ConnectionView:
    """The connection of an account: its provider's name and address, and until when no call may be
    made. `address` None: the one that the environment sets."""

    id: str
    provider: str
    address: str | None = None
    blocked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class MediaView:
    """One file: its source. `alt_text`: of a photo, if it has one. `thread_part`: the text that it
    belongs to, 0 for the post itself; `kind`: photo, video or document; None: the post's type."""

    id: str
    position: int
    source_url: str
    stored_file_id: str | None = None
    alt_text: str | None = None
    thread_part: int = 0
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class UploadView:
    """A file at a connection. `id` is None before its first step. `content_type`, `width` and
    `height` (pixels) are those of what was sent."""

    media: MediaView
    connection: ConnectionView
    id: str | None = None
    status: MediaStatus = MediaStatus.NEW
    remote_id: str | None = None
    uploads: int = 0
    confirmed_at: datetime | None = None
    attempts: int = 0
    not_before: datetime | None = None
    error: str | None = None
    content_type: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """The post on one account: the named one, else the organization's default on the platform.

    `connection` is the account's, None as long as there is no account.
    `profile_id` is the account's id at the provider, if known. `account_problem` says why the
    account cannot be used; None if it can. `is_disconnected`: the organization disconnected it.
    """

    id: str
    platform: str
    account_id: str | None
    connection: ConnectionView | None
    profile_id: str | None
    account_problem: str | None
    is_disconnected: bool
    is_named: bool
    is_held: bool
    status: DeliveryStatus
    remote_id: str | None
    remote_stage: str | None
    sent_version: int | None
    intent: Intent | None
    intent_version: int | None
    intent_at: datetime | None
    is_stray: bool
    attempts: int
    not_before: datetime | None
    error: str | None
    publishing_since: datetime | None = None
    # A person took it off the post.
    is_removed: bool = False


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that the planner needs to choose the next step of a post."""

    post: PostView
    media: tuple[MediaView, ...]
    uploads: tuple[UploadView, ...]
    deliveries: tuple[DeliveryView, ...]
    accounts_known: bool
    is_paused: bool
    rescues: int
    installation_id: str
    minimum_video_seconds: int = 0
    # The operator has switched its organization off.
    is_suspended: bool = False
    # The post that had its seat before may still be published there.
    is_seat_shared: bool = False

    def uploads_of(self, connection_id: str) -> tuple[UploadView, ...]:
        """The files at a connection, those that its deliveries have, in the order of the post."""
        return tuple(each for each in self.uploads if each.connection.id == connection_id)

    @property
    def is_uploaded(self) -> bool:
        """Whether every file is ready at every connection of the deliveries."""
        is_known = all(each.connection for each in self.deliveries) or not self.media
        return is_known and all(each.status is MediaStatus.READY for each in self.uploads)

    def needs(self, delivery: DeliveryView, upload: UploadView) -> bool:
        """Whether a delivery is to have this file at its connection."""
        is_there = (
            delivery.connection is not None and delivery.connection.id == upload.connection.id
        )
        return is_there and upload.media in files_for(self.post, self.media, delivery)

    def is_uploaded_for(self, delivery: DeliveryView) -> bool:
        """Whether every file of a delivery is ready at its connection."""
        needed = [each for each in self.uploads if self.needs(delivery, each)]
        return all(each.status is MediaStatus.READY for each in needed)

    def content(self, delivery: DeliveryView) -> VersionContent:
        """What the post says on the account of a delivery."""
        return _content(self.post, self.media, delivery)

    def marker(self, delivery: DeliveryView) -> str:
        """The private text that a delivery's remote post is found by."""
        return f"slotbeat:{self.installation_id}:{delivery.id}"


def files_for(
    post: PostView, media: Sequence[MediaView], delivery: DeliveryView
) -> Sequence[MediaView]:
    """The files of a post that a delivery has: those of its version, and of the thread."""
    if not post.versions and not post.thread:
        return media
    content = _content(post, media, delivery)
    has_thread = takes_thread_files(delivery.platform, content.fields)
    return [
        each
        for each in media
        if (has_thread if each.thread_part else each.position in content.media)
    ]


def _content(post: PostView, media: Sequence[MediaView], delivery: DeliveryView) -> VersionContent:
    files = tuple(each.position for each in media if each.thread_part == 0)
    common = VersionContent(post.caption, post.platform_fields, files)
    return content_for(common, post.versions, delivery.platform, delivery.account_id)
