"""Answers about the calendar: the view of a time range, the feed, the simulation."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.posts_list import ListedPost

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
