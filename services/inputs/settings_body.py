"""The body of PUT settings."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from media import graphemes
from services.inputs.empty_values import StrictModel
from services.inputs.field_types import Body, Platforms, Text

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class QueueSlotBody(StrictModel):
    """A rule: day and time, or a cron expression (ours). `timezone` is ours too; without it the
    rule follows the organization's default."""

    dayOfWeek: int | None = None
    time: str | None = None
    cron: str | None = None
    timezone: str | None = None


class DateRange(StrictModel):
    """A range of local dates, both included."""

    model_config = ConfigDict(populate_by_name=True)

    first: str = Field(alias="from")
    last: str = Field(alias="to")


def _check_blackout(value: object) -> object:
    """One sentence for a wrong entry: pydantic has one for each of its two forms."""
    texts = list(value.values()) if isinstance(value, dict) else [value]
    is_range = not isinstance(value, dict) or value.keys() == {"from", "to"}
    if isinstance(value, DateRange) or (is_range and all(isinstance(each, str) for each in texts)):
        return value
    raise ValueError(f"must be {BLACKOUT_FORMS}")


BLACKOUT_FORMS = 'a date such as "2026-12-25", or {"from": "2026-12-24", "to": "2026-12-26"}'
Blackout = Annotated[str | DateRange, BeforeValidator(_check_blackout)]


def _check_letters(text: str) -> str:
    stripped = text.strip()
    if not 1 <= graphemes.count(stripped) <= 2 or len(stripped) > MAX_LETTERS:
        raise ValueError("must be one or two letters")
    return stripped


# A grapheme may have several code points; a mark needs no family of emoji.
MAX_LETTERS = 16


class SettingsBody(Body):
    """PUT settings: only what is sent changes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "isEnabled": True,
                    "approveApiPosts": True,
                    "defaultTimezone": "America/New_York",
                    "defaultPlatforms": ["youtube", "facebook"],
                    "queueSlots": [{"dayOfWeek": 1, "time": "10:00"}],
                    "maxPostsPerSlot": 1,
                    "maxShortsOfSameVideo": 0,
                    "maxShortsPerWeek": 10,
                    "minimumVideoDurationSeconds": 30,
                    "processOnlyPlaylistId": None,
                }
            ]
        }
    )

    isEnabled: bool = True
    approveApiPosts: bool = False
    defaultTimezone: str = "UTC"
    defaultPlatforms: Platforms = Field(default_factory=list)
    queueSlots: list[QueueSlotBody] = Field(default_factory=list, max_length=2_000)
    maxPostsPerSlot: Annotated[int, Field(ge=1, le=100)] = 1
    maxShortsOfSameVideo: Count = 0
    maxShortsPerWeek: Count = 0
    minimumVideoDurationSeconds: Count = 0
    processOnlyPlaylistId: Annotated[Text, Field(max_length=200)] | None = None
    gapPolicy: Literal["forward", "skip"] = "forward"
    overlapPolicy: Literal["first", "second"] = "first"
    # The organization's mark on the pages; null: by its id and its name.
    markColour: Annotated[int, Field(ge=1, le=8)] | None = None
    markLetters: Annotated[Text, AfterValidator(_check_letters)] | None = None
    blackouts: list[Blackout] = Field(default_factory=list, max_length=1_000)
