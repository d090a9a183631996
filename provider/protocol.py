"""The protocol of publishing providers. Every provider must pass the tests in `tests/provider`.

The types fit providers that differ from the first one: an upload is data (method, URL, headers), a
confirm may do nothing, readiness may name the time of the next poll, and create and publish are
separate calls.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Idempotency(StrEnum):
    """What makes the repetition of a publication harmless.

    OWN_ID: we choose the id, at any time; HEADER: a key, within a time window; MARKER: only a look
    before it; NONE: nothing.
    """

    OWN_ID = "own_id"
    HEADER = "header"
    MARKER = "marker"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Differences between providers that the planner must know.

    `drafts`: a post can exist there unpublished. `native_scheduling`: the provider has a timer, and
    publishes at the slot by itself; nearer than `minimum_lead`, it cannot be used. `edit`,
    `cancel`: what can be done to a post there.
    """

    drafts: bool = True
    native_scheduling: bool
    minimum_lead: timedelta = timedelta(0)
    edit: bool = True
    cancel: bool = True
    idempotency: Idempotency = Idempotency.MARKER


@dataclass(frozen=True, slots=True)
class Profile:
    """A connected account at the provider; `status_level` OK: it can publish."""

    id: str
    platform: str
    name: str
    username: str
    status_level: str


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A file to upload; `size` in bytes, `md5` in base64, `sha256` in hexadecimal digits, `width`
    and `height` in pixels; None where it is not known."""

    name: str
    content_type: str
    size: int
    md5: str | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """Where to send a file's bytes. `url` may contain a signature: never log or store it."""

    media_id: str
    method: str
    url: str = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class MultipartForm:
    """The form that a file is sent in: the name of its field, and the fields beside it."""

    file_field: str
    file_name: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """Where and how to send a file's bytes. Never log or store `url` and `headers`: they may hold a
    signature or credentials. `media_id`: None where only the response names it."""

    method: str
    url: str = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    media_id: str | None = None
    form: MultipartForm | None = None


class MediaState(StrEnum):
    """The state of an uploaded file at the provider."""

    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class MediaReadiness:
    """A file's state; `ask_again_after` (s), if the provider names it."""

    state: MediaState
    detail: str = ""
    ask_again_after: float | None = None


@dataclass(frozen=True, slots=True)
class DraftMedia:
    """A file of a post; `id` is what `finish_upload` returned, `width` and `height` in pixels."""

    id: str
    content_type: str
    alt_text: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A post on one account, in our terms; each provider translates it.

    `marker`: a private text to find the post by, if the response of `create` is lost. `publish_at`:
    for the provider's timer; None: without timer.
    """

    profile_id: str
    platform: str
    post_type: str
    caption: str
    media_ids: tuple[str, ...]
    media: tuple[DraftMedia, ...] = field(default=(), kw_only=True)
    publish_at: datetime | None
    fields: dict[str, str]
    marker: str


class RemoteStage(StrEnum):
    """The state of a post at the provider, in terms that fit all providers."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    FAILED = "failed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RemotePost:
    """A post at the provider; `raw_stage` is the provider's own word for the stage."""

    id: str
    stage: RemoteStage
    raw_stage: str
    publish_at: datetime | None = None
    link: str | None = None
    error: str | None = None


class Provider(Protocol):
    """One workspace at a provider. All calls raise only the errors in `provider.errors`."""

    capabilities: Capabilities

    async def profiles(self) -> list[Profile]:
        """The connected accounts, all of them; IncompleteList with those that were read if the list
        cannot be read to its end."""
        ...

    async def begin_upload(self, file: FileSpec) -> Upload:
        """Announce a file; returns where to send its bytes."""
        ...

    async def confirm_upload(self, media_id: str) -> None:
        """Confirm that the bytes were sent. Repeating it is harmless."""
        ...

    async def readiness(self, media_id: str) -> MediaReadiness:
        """Whether an uploaded file can be used."""
        ...

    async def create(self, draft: Draft) -> RemotePost:
        """Create a draft. It is not published yet. OutcomeUnknown when the response is lost."""
        ...

    async def find(self, draft: Draft) -> list[RemotePost]:
        """All posts with the draft's marker; IncompleteList if the list cannot be read to its end:
        an empty result proves that there is no such post."""
        ...

    async def get(self, remote_id: str) -> RemotePost | None:
        """The current state of a post; None when the provider has no such post."""
        ...

    async def update(self, remote_id: str, draft: Draft) -> RemotePost:
        """Replace the content of a draft. Repeating it is harmless; OutcomeUnknown when the
        response is lost, because the call may arrive after another update."""
        ...

    async def schedule(self, remote_id: str) -> RemotePost:
        """Put a draft on the provider's timer. After OutcomeUnknown, check with `get`."""
        ...

    async def unschedule(self, remote_id: str) -> RemotePost | None:
        """Take a post off the provider's timer. Returns its state after that: a draft, unless the
        call came too late; None when the provider has no such post. After OutcomeUnknown, the call
        may still arrive."""
        ...

    async def publish_now(self, remote_id: str) -> RemotePost:
        """Publish a draft at once. After OutcomeUnknown, check with `get`."""
        ...

    async def delete(self, remote_id: str) -> None:
        """Delete a post. A post that is gone already is no error."""
        ...

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """The names of the draft's fields that this provider does not support."""
        ...

    async def close(self) -> None:
        """Close its connections."""
        ...
