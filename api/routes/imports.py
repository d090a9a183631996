"""Importing a content calendar."""

from collections import Counter
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from python_multipart.multipart import parse_options_header

from api.deps import ContextDep, EnabledOrganizationId
from api.errors import ApiError, error_body
from api.openapi.route_responses import describe_responses
from api.routes.import_options import ReadOptionsDep
from api.schemas.imports import ImportAnswer, ImportRefused
from services import presenters
from services.calendar_import import csv_reader, jsonl_reader
from services.calendar_import.calendar_reader import RowReader
from services.calendar_import.calendar_rows import read_calendar
from services.calendar_import.importer import RowResult, import_rows
from services.calendar_import.rows import Row
from services.context import AppContext

router = APIRouter(tags=["posts"])
JSON_LINES: Final = ("application/x-ndjson", "application/jsonl")
# What browsers on Windows call a CSV file, and other names of it.
ALSO_CSV: Final = ("application/vnd.ms-excel", "application/csv", "text/x-csv")
ALSO_JSON_LINES: Final = ("application/ndjson", "application/x-jsonlines")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READERS: Final[dict[str, RowReader]] = {
    "text/csv": csv_reader.read,
    "text/tab-separated-values": csv_reader.read,
    XLSX: csv_reader.read,
    **dict.fromkeys(ALSO_CSV, csv_reader.read),
    **dict.fromkeys((*JSON_LINES, *ALSO_JSON_LINES), jsonl_reader.read),
}
_CSV: Final = "key,postType,caption,platforms\nmonday,text,Good morning,x\n"
_LINE: Final = (
    '{"key": "monday", "postType": "text", "caption": "Good morning", "platforms": ["x"]}\n'
)
_TEXT: Final = {"schema": {"type": "string"}}
_REQUEST_BODY: Final = {
    "requestBody": {
        "required": True,
        "description": "CSV with a header of the fields of publish and `key`, or a publish body "
        "with `key` a line; UTF-8, or as the `charset` or a byte-order mark says. Or a workbook "
        "(.xlsx). At most 1,000 rows.",
        "content": {
            "text/csv": {**_TEXT, "example": _CSV},
            **{name: {**_TEXT, "example": _LINE} for name in JSON_LINES},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    **describe_responses(ImportAnswer, 400, 401, 403, 404, 413, 415, 429, 503),
    207: {"model": ImportAnswer, "description": "Some rows were refused."},
}
_RESPONSES[400] = {**_RESPONSES[400], "model": ImportRefused}
DryRun = Annotated[bool, Query(alias="dryRun", description="Check everything, and keep nothing.")]


@router.post("/import", response_model=None, responses=_RESPONSES, openapi_extra=_REQUEST_BODY)
async def import_(
    request: Request,
    context: ContextDep,
    organization_id: EnabledOrganizationId,
    options: ReadOptionsDep,
    dry_run: DryRun = False,
) -> JSONResponse:
    """Make posts of a calendar's rows. Each row is one post, however often it is imported: it is
    known by its `key`, or else by its content."""
    kind, parameters = parse_options_header(request.headers.get("Content-Type"))
    reader = READERS.get(kind.decode("latin-1").lower())
    if reader is None:
        known = ", ".join(("text/csv", XLSX, *JSON_LINES))
        raise ApiError(415, f"the file must come with one of these as its Content-Type: {known}")
    raw = await request.body()
    charset = parameters.get(b"charset", b"").decode("latin-1") or None
    options = replace(options, encoding=charset)
    rows = await run_in_threadpool(read_calendar, raw, options, reader)
    return await run_in_threadpool(_import, context, organization_id, rows, dry_run=dry_run)


def _import(
    context: AppContext, organization_id: str, rows: list[Row], *, dry_run: bool
) -> JSONResponse:
    results = import_rows(context, organization_id, rows, dry_run=dry_run)
    counts = Counter(each.status for each in results)
    body = {
        "dryRun": dry_run,
        **{name: counts[name] for name in ("accepted", "known", "refused")},
        "differing": sum(bool(each.differs) for each in results),
        "rows": [_present_row(each) for each in results],
    }
    if not counts["refused"]:
        return JSONResponse(body)
    if counts["refused"] < len(results):
        return JSONResponse(body, 207)
    return JSONResponse({**error_body(400, "every row was refused; `rows` says why"), **body}, 400)


def _present_row(result: RowResult) -> dict[str, Any]:
    head = {"row": result.row.line, "key": result.row.key, "status": result.status}
    if result.post is None:
        return {**head, "errors": result.errors}
    note = {"differs": result.differs, "note": result.note} if result.differs else {}
    warnings = presenters.present_warnings(result.warnings)
    return {**head, "socialPost": result.post, **note, **warnings}
