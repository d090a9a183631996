"""The bodies of the contract's requests."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

PLATFORMS = ("facebook", "gmb", "instagram", "linkedin", "threads", "tiktok", "x", "youtube")
PostType = Literal["video", "photo", "text", "document"]
PublishMode = Literal["draft", "publish_now", "schedule", "next_slot"]


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain the character NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("must be valid Unicode; it has half of a surrogate pair") from None
    return text


def _platform(name: str) -> str:
    if name not in PLATFORMS:
        raise ValueError(f"{name!r} is not supported; choose from {', '.join(PLATFORMS)}")
    return name


Text = Annotated[str, AfterValidator(_storable)]
Caption = Annotated[Text, Field(max_length=65_536)]
Link = Annotated[Text, Field(min_length=1, max_length=8_192)]
Platforms = Annotated[list[Annotated[str, AfterValidator(_platform)]], Field(max_length=20)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class Body(BaseModel):
    """A request's body: exact types, and no field that we do not know."""

    model_config = ConfigDict(strict=True, extra="forbid")

    organizationId: str | None = None


class QueueSlotBody(BaseModel):
    """A rule: day and time, or a cron expression (ours). `timezone` is ours too; without it the
    rule follows the organization's default."""

    model_config = ConfigDict(strict=True, extra="forbid")

    dayOfWeek: int | None = None
    time: str | None = None
    cron: str | None = None
    timezone: str | None = None


class DateRange(BaseModel):
    """A range of local dates, both included."""

    model_config = ConfigDict(strict=True, extra="forbid", populate_by_name=True)

    first: str = Field(alias="from")
    last: str = Field(alias="to")


class SettingsBody(Body):
    """PUT settings: only what is sent changes."""

    isEnabled: bool = True
    approveApiPosts: bool = False
    defaultTimezone: str = "UTC"
    defaultPlatforms: Platforms = []
    queueSlots: Annotated[list[QueueSlotBody], Field(max_length=2_000)] = []
    maxPostsPerSlot: Annotated[int, Field(ge=1, le=100)] = 1
    maxShortsOfSameVideo: Count = 0
    maxShortsPerWeek: Count = 0
    minimumVideoDurationSeconds: Count = 0
    processOnlyPlaylistId: Annotated[Text, Field(max_length=200)] | None = None
    gapPolicy: Literal["forward", "skip"] = "forward"
    overlapPolicy: Literal["first", "second"] = "first"
    blackouts: Annotated[list[str | DateRange], Field(max_length=1_000)] = []


class PublishBody(Body):
    """POST publish."""

    postType: PostType
    caption: Caption
    platforms: Platforms | None = None
    publishMode: PublishMode | None = None
    scheduledAt: Annotated[Text, Field(max_length=64)] | None = None
    timezone: str | None = None
    videoUrl: Link | None = None
    photoUrls: Annotated[list[Link], Field(max_length=20)] | None = None
    documentUrl: Link | None = None
    platformFields: Annotated[dict[Text, Text], Field(max_length=100)] | None = None
    sourceVideoId: Annotated[Text, Field(min_length=1, max_length=200)] | None = None


class EditBody(Body):
    """POST edit: `postId` or `jobId`, and what is to change."""

    postId: Text | None = None
    jobId: Text | None = None
    mode: Literal["draft", "schedule"] | None = None
    scheduledAt: Annotated[Text, Field(max_length=64)] | None = None
    caption: Caption | None = None


class RemoveBody(Body):
    """POST remove: `postId` or `jobId`."""

    postId: Text | None = None
    jobId: Text | None = None


class ReplanBody(Body):
    """POST queue/replan."""

    dryRun: bool = False
