"""The body of POST simulate: a hypothetical calendar."""

from typing import Annotated

from pydantic import ConfigDict, Field

from services.inputs.empty_values import StrictModel
from services.inputs.field_types import Body, Text
from services.inputs.settings_body import QueueSlotBody

# A date, a wall-clock time or an instant, as `services.time_input` reads it.
TimeText = Annotated[Text, Field(max_length=64)]


class OutageBody(StrictModel):
    """A stretch in which nothing would run."""

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
