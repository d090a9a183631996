"""The protocol of publishing providers. Every provider must pass the tests in `tests/provider`.

The types fit providers that differ: an upload is data (method, URL, headers, a form), and the
provider reads the answer to it; a confirm may do nothing; readiness may name the time of the next
poll; and a network without drafts publishes in one call, under an id that we chose.
"""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

import httpx

from provider.aiohttp_client import HttpClient


class Idempotency(StrEnum):
    """What makes it safe to repeat a publication whose answer was lost."""

    # We choose the id: the same call under the same id is harmless at any time.
    OWN_ID = "own_id"
    # The provider knows a key of ours: the same call is harmless within `idempotency_window`.
    HEADER = "header"
    # Nothing: look for the post by its marker, and repeat only what is not there.
    MARKER = "marker"
    # Nothing, and it cannot be looked for: a person must look.
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Differences between providers that the planner must know.

    `drafts`: a post can exist there unpublished. Without them one call publishes it at its slot.
    `native_scheduling`: the provider has a timer, and publishes at the slot by itself; not where
    the slot is nearer than `minimum_lead`. `edit`: the content of a draft can be replaced; else it
    is deleted and created anew. `cancel`: a post can be deleted.
    """

    drafts: bool = True
    native_scheduling: bool = False
    minimum_lead: timedelta = timedelta(0)
    edit: bool = True
    cancel: bool = True
    idempotency: Idempotency = Idempotency.MARKER
    idempotency_window: timedelta = timedelta(0)
    # The largest photo that it takes, in bytes; larger ones are scaled down. None: any.
    max_photo_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """What the server of an account takes, where servers of one network differ: the most characters
    of a post, how many of them each link counts, and the most files."""

    characters: int
    url_length: int
    files: int


@dataclass(frozen=True, slots=True)
class Profile:
    """A connected account at the provider; `status_level` OK: it can publish. `limits`: those of
    its server, where they are not the network's."""

    id: str
    platform: str
    name: str
    username: str
    status_level: str
    limits: AccountLimits | None = None

    def limits_by_name(self) -> dict[str, int] | None:
        """The limits, as they are stored."""
        return None if self.limits is None else asdict(self.limits)


@dataclass(frozen=True, slots=True)
class FileSpec:
    """A file to upload; `size` in bytes, `width` and `height` in pixels.

    `md5` (base64) and `sha256` (hexadecimal) are None where they are not known yet.
    """

    name: str
    content_type: str
    size: int
    md5: str | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class MultipartForm:
    """The form that an upload is sent in: the file's field, its name, and the other fields."""

    file_field: str
    file_name: str
    content_type: str
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """Where and how to send a file's bytes. `url` and `headers` may hold secrets: never log or
    store them. `media_id`, where the provider names it before the bytes are sent."""

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
    """An uploaded file of a post: its id at the provider; `width` and `height` in pixels."""

    id: str
    content_type: str = ""
    alt_text: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class ThreadPart:
    """A text that follows a post, as an answer to what is before it, with its files."""

    text: str
    media: tuple[DraftMedia, ...] = ()


@dataclass(frozen=True, slots=True)
class PastCreates:
    """What is known of the creates of a post whose answers were lost, for `find`.

    `since`: none was made before. `now`: the time when that was known, on the same clock.
    `is_one_enough`: nothing but `create` was called since then, so that any post with the marker
    will do. `had_timer`: whether they had a `publish_at`; None: unknown.
    """

    since: datetime
    now: datetime
    is_one_enough: bool = False
    had_timer: bool | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A post on one account, in our terms; each provider translates it.

    `title`: empty where it has none of its own. `thread`: what follows it, where the network has
    threads or first comments. `marker`: a private text to find the post by, if the response of
    `create` is lost. `publish_at`: for the provider's timer; None: without timer. `sent_since`: no
    call that publishes it was made before; None: none was made. `past_creates`: where a search
    for it may end; None: nowhere before the end.
    """

    profile_id: str
    platform: str
    post_type: str
    caption: str
    media: tuple[DraftMedia, ...]
    publish_at: datetime | None
    fields: dict[str, str]
    marker: str
    title: str = ""
    thread: tuple[ThreadPart, ...] = ()
    sent_since: datetime | None = None
    past_creates: PastCreates | None = None

    @property
    def media_ids(self) -> tuple[str, ...]:
        """The ids of the files at the provider."""
        return tuple(each.id for each in self.media)


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
    """One connection at a provider. All calls raise only the errors in `provider.errors`.

    Where `capabilities.drafts` is False, `create`, `update`, `schedule` and `unschedule` are never
    called, and `find` only where the idempotency is MARKER. The bytes of uploads are sent with
    `client`.
    """

    capabilities: Capabilities
    client: HttpClient

    async def profiles(self) -> list[Profile]:
        """The connected accounts, all of them; IncompleteList with those that were read if the list
        cannot be read to its end."""
        ...

    async def begin_upload(self, file: FileSpec) -> UploadRequest:
        """Announce a file; returns where to send its bytes."""
        ...

    async def finish_upload(
        self, file: FileSpec, request: UploadRequest, response: httpx.Response
    ) -> str:
        """The file's id, from the answer to its bytes; the error that a failure means."""
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
        """All posts with the draft's marker that `draft.past_creates` may have made, or one of them
        if one is enough. An empty result proves that there is none; else IncompleteList. It asks
        for as little as the provider's documentation offers, and for a limited number of pages.

        Where there are no drafts: the publications since `draft.sent_since` that say the same,
        oldest first. They may be those of other posts.
        """
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

    async def publish_now(self, remote_id: str, draft: Draft, *, held_until: float) -> RemotePost:
        """Publish at once: a draft, or `draft` itself under this id where there are no drafts.

        Nobody else works on the post before `held_until` (s, `time.monotonic()`). A provider whose
        publication depends on something that it reads first must have read it by then; else Retry.
        RestartUpload if it no longer has the files. After OutcomeUnknown see `capabilities`.

        Where there are no drafts and the provider chooses the ids, `remote_id` is empty, until the
        post was found after a lost answer: then what is missing of its thread is published.
        """
        ...

    def own_id(self, marker: str) -> str:
        """The remote id of the post with this marker, always the same, where we choose the ids
        (`Idempotency.OWN_ID`)."""
        ...

    async def delete(self, remote_id: str, *, held_until: float) -> None:
        """Delete a post. A post that is gone already is no error.

        Where we choose the ids, no earlier `publish_now` under this id can publish after that, and
        a delete that was held up until after `held_until` (see `publish_now`) must not take away
        what others have published under this id since: Retry, with nothing sent.
        """
        ...

    def unsupported_fields(self, draft: Draft) -> list[str]:
        """The names of the draft's fields that this provider does not support."""
        ...

    async def close(self) -> None:
        """Close its connections."""
        ...
