"""The bodies and answers of the calendar: the view, the feed, what if."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.posts_list import ListedPost
from services.inputs.field_types import Body, Text
from services.inputs.settings_body import QueueSlotBody

TimeText = Annotated[Text, Field(max_length=64)]
Note = Literal["gap", "overlap"]
SLOT: dict[str, Any] = {
    "at": "2026-03-08T07:30:00.000Z",
    "local": "2026-03-08T02:30:00",
    "timezone": "America/New_York",
    "note": "gap",
}
CHANGE: dict[str, Any] = {
    "at": "2026-03-08T07:00:00.000Z",
    "timezone": "America/New_York",
    "from": "-05:00",
    "to": "-04:00",
    "note": "In America/New_York the clocks go forward from 02:00 to 03:00: "
    "readings from 02:00 to just before 03:00 do not exist.",
}


class Seats(BaseModel):
    """The places of a slot; none is free any more once the slot is over or its rule is gone."""

    total: int
    taken: int
    free: int


class CalendarSlot(BaseModel):
    """A slot of a rule, with the ids of the posts that sit in it."""

    at: str
    local: str
    timezone: str
    queueSlot: dict[str, Any]
    seats: Seats
    posts: list[str]
    note: Note | None


class ClockChange(BaseModel):
    """A clock that is put forward or back."""

    model_config = ConfigDict(json_schema_extra={"examples": [CHANGE]})

    at: str
    timezone: str
    before: str = Field(alias="from")
    after: str = Field(alias="to")
    note: str


class Dates(BaseModel):
    """A range of local dates, both included."""

    first: str = Field(alias="from")
    last: str = Field(alias="to")


class CalendarAnswer(BaseModel):
    """From `from` to just before `to`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "timezone": "America/New_York",
                    "from": "2026-03-08T05:00:00.000Z",
                    "to": "2026-03-15T04:00:00.000Z",
                    "slots": [
                        {
                            **SLOT,
                            "queueSlot": {"dayOfWeek": 0, "time": "02:30"},
                            "seats": {"total": 2, "taken": 1, "free": 1},
                            "posts": ["0198c0ffee007000800000000000cafe"],
                        }
                    ],
                    "posts": [],
                    "backlog": 0,
                    "clockChanges": [CHANGE],
                    "isPaused": False,
                    "blackouts": [{"from": "2026-03-10", "to": "2026-03-10"}],
                }
            ]
        }
    )

    timezone: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    slots: list[CalendarSlot]
    posts: list[ListedPost]
    backlog: int
    clockChanges: list[ClockChange]
    isPaused: bool
    blackouts: list[Dates]


class FeedAnswer(BaseModel):
    """The feed's address, with its secret; shown once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "url": "https://slotbeat.example.com/api/organizations/social-posts/"
                    "calendar.ics?token=sbf_…"
                }
            ]
        }
    )

    url: str


class FeedGone(BaseModel):
    """The feed is closed."""

    ok: bool


class OutageBody(BaseModel):
    """A stretch in which nothing would run."""

    model_config = ConfigDict(strict=True, extra="forbid")

    start: TimeText = Field(alias="from")
    end: TimeText = Field(alias="to")


class SimulateBody(Body):
    """POST simulate: what is left out is as the organization has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "postsPerWeek": 2,
                    "queueSlots": [{"dayOfWeek": 1, "time": "10:00", "timezone": "Europe/Berlin"}],
                    "maxPostsPerSlot": 1,
                    "from": "2026-03-01",
                    "to": "2026-03-31",
                    "outages": [{"from": "2026-03-09T08:00", "to": "2026-03-09T12:00"}],
                }
            ]
        }
    )

    postsPerWeek: Annotated[int, Field(ge=0, le=100_000)]
    queueSlots: Annotated[list[QueueSlotBody], Field(max_length=2_000)] | None = None
    maxPostsPerSlot: Annotated[int, Field(ge=1, le=100)] | None = None
    start: TimeText | None = Field(None, alias="from")
    end: TimeText | None = Field(None, alias="to")
    outages: Annotated[list[OutageBody], Field(max_length=100)] = Field(default_factory=list)
    timezone: Annotated[Text, Field(max_length=64)] | None = None


class SimulatedSlot(BaseModel):
    """A slot that would be, with the numbers of its posts in the order of their arrival."""

    at: str
    local: str
    timezone: str
    note: Note | None
    posts: list[int]
    full: bool
    fate: Literal["on time", "late", "missed"]


class SimulateAnswer(BaseModel):
    """The calendar that would come about."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slots": [{**SLOT, "posts": [1], "full": True, "fate": "on time"}],
                    "waiting": [2],
                }
            ]
        }
    )

    slots: list[SimulatedSlot]
    waiting: list[int]
