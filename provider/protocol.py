"""What a publishing provider can be asked. Every provider passes the suite in `tests/provider`.

Shapes are wide enough for providers that differ from the first one: an upload is data (method,
URL, headers, expiry), a confirm is optional, readiness may say when to ask again, create and
publish are separate calls, and capability flags name what is missing.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What differs between providers, and what the planner must know of it.

    `native_scheduling`: whether the provider has a timer that publishes at the slot by itself.
    """

    native_scheduling: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A connected account as the provider reports it; `status_level` OK means fit to publish."""

    id: str
    platform: str
    name: str
    username: str
    status_level: str


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A file to upload; `size` in bytes. `md5` (base64) where it is known before the sending."""

    name: str
    content_type: str
    size: int
    md5: str | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """Where to send a file's bytes. `url` may hold a signature: never log or store it."""

    media_id: str
    method: str
    url: str = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)


class MediaState(StrEnum):
    """What a provider says of an uploaded file."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class MediaReadiness:
    """A file's state; `ask_again_after` in seconds where the provider says so."""

    state: MediaState
    detail: str = ""
    ask_again_after: float | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A post on one account, in our own words; each provider translates it.

    `marker` is a private text by which a lost post is found again. `publish_at` None means that
    the provider's timer is not wanted.
    """

    profile_id: str
    platform: str
    post_type: str
    caption: str
    media_ids: tuple[str, ...]
    publish_at: datetime | None
    fields: dict[str, str]
    marker: str


class RemoteStage(StrEnum):
    """Where a post stands at the provider, in words that fit all of them."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RemotePost:
    """A post as the provider has it."""

    id: str
    stage: RemoteStage
    raw_stage: str
    publish_at: datetime | None = None
    link: str | None = None
    error: str | None = None


class Provider(Protocol):
    """One workspace at a provider. Every call raises the errors of `provider.errors` alone."""

    capabilities: Capabilities

    async def profiles(self) -> list[Profile]:
        """The connected accounts."""
        ...

    async def begin_upload(self, file: FileSpec) -> Upload:
        """Announce a file; the answer says where its bytes go."""
        ...

    async def confirm_upload(self, media_id: str) -> None:
        """Say that the bytes are there. Repeating it is harmless."""
        ...

    async def readiness(self, media_id: str) -> MediaReadiness:
        """Whether an uploaded file can be used."""
        ...

    async def create(self, draft: Draft) -> RemotePost:
        """Make a draft that publishes nothing yet; OutcomeUnknown when the answer is lost."""
        ...

    async def find(self, draft: Draft) -> list[RemotePost]:
        """The posts that carry the draft's marker; complete, or it raises."""
        ...

    async def get(self, remote_id: str) -> RemotePost | None:
        """A post as it stands; None when the provider has no such post."""
        ...

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Make a draft say what `draft` says. Repeating it is harmless; OutcomeUnknown when the
        answer is lost, because it may arrive after another update."""
        ...

    async def schedule(self, remote_id: str) -> RemotePost:
        """Hand a draft to the provider's timer. OutcomeUnknown: look with `get`."""
        ...

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """Take a post off the provider's timer: the post as it stands then, a draft unless the call
        came too late; None when the provider has no such post. OutcomeUnknown: it may still be
        taken off."""
        ...

    async def publish_now(self, remote_id: str) -> RemotePost:
        """Publish a draft at once. OutcomeUnknown: look with `get`."""
        ...

    async def delete(self, remote_id: str) -> None:
        """Remove a post for good; one that is gone already counts as removed."""
        ...

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """The names of the draft's fields that this provider has no place for."""
        ...

    async def close(self) -> None:
        """Close its connections."""
        ...
