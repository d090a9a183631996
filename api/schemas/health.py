"""Answers of the health checks."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"]


class Process(BaseModel):
    """A beat or a worker, and how long ago (s) it last said that it is alive."""

    name: str
    kind: Literal["beat", "worker"]
    ageSeconds: float


class Readiness(BaseModel):
    """Whether posts can go out, what keeps them from it, and who was there in the last minutes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "not ready",
                    "problems": ["no beat has left a heartbeat in the last 30 s"],
                    "processes": [{"name": "worker@web1:12", "kind": "worker", "ageSeconds": 2.1}],
                }
            ]
        }
    )

    status: Literal["ready", "not ready"]
    problems: list[str]
    processes: list[Process]
