"""The planner's input: a post's desired and actual state, read in one transaction."""

from dataclasses import dataclass
from datetime import datetime

from models.statuses import DeliveryStatus, Desired, Intent, MediaStatus, PostStatus


@dataclass(frozen=True, slots=True)
class PostView:
    """The desired state of a post."""

    id: str
    organization_id: str
    workspace_id: str
    post_type: str
    caption: str
    platform_fields: dict[str, str]
    publish_mode: str
    desired: Desired
    content_version: int
    status: PostStatus
    scheduled_for: datetime | None
    late_at: datetime | None
    opens_at: datetime | None
    accepted_at: datetime

    @property
    def due_at(self) -> datetime | None:
        """The instant to publish at: the slot, the later instant of a late post, or the acceptance
        of a post that is published at once."""
        if self.desired == Desired.PUBLISHED_NOW:
            return self.late_at or self.accepted_at
        return self.late_at or self.scheduled_for


@dataclass(frozen=True, slots=True)
class MediaView:
    """One file: its source and its state at the provider. `alt_text`: of a photo, if it has one."""

    id: str
    position: int
    source_url: str
    status: MediaStatus
    remote_id: str | None
    uploads: int
    confirmed_at: datetime | None
    attempts: int
    not_before: datetime | None
    error: str | None
    stored_file_id: str | None = None
    alt_text: str | None = None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """The post on one account: the named one, else the organization's default on the platform.

    `profile_id` is the account's id at the provider, if known. `account_problem` says why the
    account cannot be used; None if it can. `is_disconnected`: the organization disconnected it.
    """

    id: str
    platform: str
    account_id: str | None
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


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that the planner needs to choose the next step of a post."""

    post: PostView
    media: tuple[MediaView, ...]
    deliveries: tuple[DeliveryView, ...]
    blocked_until: datetime | None
    accounts_known: bool
    is_paused: bool
    rescues: int
    installation_id: str
    minimum_video_seconds: int = 0
