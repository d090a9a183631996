"""The answer to POST import."""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from api.openapi.route_responses import ErrorBody, FieldProblem

_ID = "01a1ffe2812f71989636281eb0d02bec"
_ROWS: Final[list[JsonValue]] = [
    {
        "row": 2,
        "key": "monday",
        "status": "accepted",
        "socialPost": {
            "id": _ID,
            "status": "scheduled",
            "providerJobId": "01a1ffe2812f71989636281eb0d02bed",
            "scheduledFor": "2026-05-04T14:00:00.000Z",
        },
    },
    {
        "row": 3,
        "key": "tuesday",
        "status": "refused",
        "errors": [{"field": "videoUrl", "message": "is required for postType 'video'"}],
    },
]
_COUNTS: Final[dict[str, JsonValue]] = {
    "dryRun": False,
    "accepted": 1,
    "known": 0,
    "refused": 1,
    "differing": 0,
}


class ImportedPost(BaseModel):
    """The post of a row; a dry run's has no ids."""

    id: str | None = None
    status: str
    providerJobId: str | None = None
    scheduledFor: str | None


class ImportedRow(BaseModel):
    """What became of a row: `row` is its line in the file. `differs`: the fields in which a known
    row says something else than its post. `warnings`: fields that are not sent."""

    row: int
    key: str
    status: Literal["accepted", "known", "refused"]
    socialPost: ImportedPost | None = None
    errors: list[FieldProblem] | None = None
    warnings: list[FieldProblem] | None = None
    differs: list[str] | None = None
    note: str | None = None


class ImportAnswer(BaseModel):
    """The answer to POST import. `known`: rows that an earlier import made posts of; `differing`:
    those of them that now say something else."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**_COUNTS, "rows": _ROWS}]})

    dryRun: bool
    accepted: int
    known: int
    refused: int
    differing: int
    rows: list[ImportedRow]


class ImportRefused(ErrorBody):
    """The answer where nothing was accepted: with the rows, unless the file was no calendar."""

    dryRun: bool | None = None
    accepted: int | None = None
    known: int | None = None
    refused: int | None = None
    differing: int | None = None
    rows: list[ImportedRow] | None = None
