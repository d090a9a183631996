"""Answers about settings, and about the next free slots."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

SETTINGS: dict[str, Any] = {
    "isEnabled": True,
    "approveApiPosts": False,
    "defaultTimezone": "America/New_York",
    "defaultPlatforms": ["youtube", "facebook"],
    "queueSlots": [{"dayOfWeek": 1, "time": "10:00"}],
    "maxPostsPerSlot": 1,
    "maxShortsOfSameVideo": 0,
    "maxShortsPerWeek": 0,
    "minimumVideoDurationSeconds": 0,
    "processOnlyPlaylistId": None,
}
_SLOTS: list[JsonValue] = ["2026-05-01T14:00:00.000Z", "2026-05-08T14:00:00.000Z"]


class QueueSlotShown(BaseModel):
    """A rule as it was written: day (0 is Sunday) and time (HH:mm), or a cron expression."""

    dayOfWeek: int | None = Field(None, ge=0, le=6)
    time: str | None = None
    cron: str | None = None
    timezone: str | None = None


class DatesShown(BaseModel):
    """A range of local dates, both included."""

    first: str = Field(alias="from")
    to: str


class SettingsAnswer(BaseModel):
    """The settings. `gapPolicy`, `overlapPolicy`, `blackouts`, `isPaused`, `markColour` and
    `markLetters` stand in them only where they are used."""

    model_config = ConfigDict(json_schema_extra={"examples": [SETTINGS]})

    isEnabled: bool
    approveApiPosts: bool
    defaultTimezone: str
    defaultPlatforms: list[str]
    queueSlots: list[QueueSlotShown]
    maxPostsPerSlot: int
    maxShortsOfSameVideo: int
    maxShortsPerWeek: int
    minimumVideoDurationSeconds: int
    processOnlyPlaylistId: str | None
    gapPolicy: Literal["forward", "skip"] | None = None
    overlapPolicy: Literal["first", "second"] | None = None
    blackouts: list[str | DatesShown] | None = None
    isPaused: bool | None = None
    markColour: int | None = None
    markLetters: str | None = None


class NextSlotAnswer(BaseModel):
    """The next slots with a free seat; none: `nextSlot` is null."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"timezone": "America/New_York", "nextSlot": _SLOTS[0], "nextSlots": _SLOTS}
            ]
        }
    )

    timezone: str
    nextSlot: str | None
    nextSlots: list[str]
