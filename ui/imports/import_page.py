"""The pages of an import: choose a file, say what it means, see the dry run, import, the report.

The file is stored like an upload; everything else is in the address, so that a reload, the way back
and a copied link lose nothing.
"""

import io
from datetime import datetime
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from starlette.responses import Response

from api.deps import ContextDep
from api.errors import status_of
from scheduler.recurrence.timezones import load_zone
from services.calendar_import.calendar_reader import CalendarFile
from services.calendar_import.calendar_rows import MAX_BYTES, MAX_ROWS
from services.calendar_import.refused_rows import RefusedRows
from services.errors import FileTooLarge, PostingDisabled, ServiceError, ValidationFailed
from services.uploads.calendar_files import store_calendar
from ui.forms import error_sentence, read_values
from ui.imports.column_labels import column_choices
from ui.imports.file_form import read_file_form
from ui.imports.import_check import ImportCheck, load_check
from ui.imports.import_choices import read_choices
from ui.imports.row_lines import FILTERS, build_table
from ui.sign_in.auth import CurrentVisitor, VisitorBeforeCsrfCheck, count_request
from ui.sign_in.csrf import read_form
from ui.sign_in.visitor import Visitor
from ui.templating import redirect, render

router = APIRouter(include_in_schema=False)
# Those that spreadsheets write where it is neither UTF-8 nor UTF-16.
ENCODINGS: Final = {
    "windows-1252": "Western European (Windows-1252)",
    "cp1250": "Central European (Windows-1250)",
    "cp1251": "Cyrillic (Windows-1251)",
    "shift_jis": "Japanese (Shift JIS)",
    "gb18030": "Chinese (GB 18030)",
    "big5": "Chinese (Big5)",
    "euc_kr": "Korean (EUC-KR)",
    "mac-roman": "Mac Roman",
}


@router.get("/import")
async def import_page(visitor: CurrentVisitor) -> Response:
    """Show where a file is dropped."""
    return _choose_file(visitor)


@router.post("/import")
async def store_file(
    request: Request, context: ContextDep, visitor: VisitorBeforeCsrfCheck
) -> Response:
    """Store a calendar, and go on to its check."""
    if not visitor.is_enabled:
        raise PostingDisabled
    await count_request(request, visitor)
    try:
        file = await read_file_form(
            request,
            visitor,
            lambda incoming: store_calendar(context, visitor.organization_id, incoming),
        )
    except (ValidationFailed, FileTooLarge) as error:
        return _choose_file(visitor, error)
    return redirect(f"{visitor.base}/import/check?file={file.id}")


@router.get("/import/check")
async def check_page(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Show what was guessed, what is to be answered, and the dry run."""
    await count_request(request, visitor)
    check = await load_check(context, visitor, read_choices(request.query_params))
    return _render_check(request, visitor, check)


@router.post("/import/run")
async def run_import(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Import the rows, and go on to the report."""
    if not visitor.is_enabled:
        raise PostingDisabled
    await count_request(request, visitor)
    choices = read_choices(read_values(await read_form(request)))
    check = await load_check(context, visitor, choices, dry_run=False)
    if check.results is None:  # the check says why
        return redirect(f"{visitor.base}/import/check?{choices.query()}")
    new = sum(each.status == "accepted" for each in check.results)
    return redirect(f"{visitor.base}/import/report?{choices.query(new=new)}")


@router.get("/import/report")
async def report_page(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Show what became of the rows: a dry run of the same file, whose posts are known now."""
    await count_request(request, visitor)
    check = await load_check(context, visitor, read_choices(request.query_params))
    new = request.query_params.get("new", "")
    return _render_check(
        request, visitor, check, new=int(new) if new.isascii() and new.isdigit() else 0
    )


@router.get("/import/refused")
async def refused_rows(request: Request, context: ContextDep, visitor: CurrentVisitor) -> Response:
    """Download the refused rows, each with its line and its errors."""
    await count_request(request, visitor)
    check = await load_check(context, visitor, read_choices(request.query_params))
    text = await run_in_threadpool(_write_refused, check)
    name = check.file.name.rpartition(".")[0] or "import"
    ending = "jsonl" if check.preview and check.preview.format == "jsonl" else "csv"
    kind = "application/jsonl" if ending == "jsonl" else "text/csv; charset=utf-8"
    return _download(text, f"{name}.errors.{ending}", kind)


def _download(text: str, name: str, content_type: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(text.encode("utf-8", "backslashreplace"), 200, headers, content_type)


def _write_refused(check: ImportCheck) -> str:
    out = io.StringIO(newline="")
    rows = RefusedRows(out, CalendarFile(io.BytesIO(check.raw), check.options).summarize())
    for each in check.results or ():
        if each.status == "refused":
            rows.add(each)
    return out.getvalue()


def _choose_file(visitor: Visitor, error: ServiceError | None = None) -> Response:
    return render(
        "import.html",
        visitor,
        status=status_of(error) if error else 200,
        current_path="/import",
        problem=error_sentence(error) if error else None,
        max_rows=MAX_ROWS,
        max_mb=MAX_BYTES >> 20,
    )


def _render_check(
    request: Request, visitor: Visitor, check: ImportCheck, *, new: int | None = None
) -> Response:
    query = request.query_params
    page = query.get("page", "")
    table = build_table(
        check.results or (),
        check.options.names,
        query.get("show", ""),
        int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 1,
    )
    return render(
        "import_check.html",
        visitor,
        current_path="/import",
        check=check,
        table=table,
        filters=FILTERS,
        column_choices=column_choices(),
        encodings=ENCODINGS,
        new=new,
        is_report=new is not None,
        first_day=_first_day(check, visitor),
        today=f"{datetime.now(load_zone(visitor.zone)):%d %b}".lstrip("0"),
        here="report" if new is not None else "check",
    )


def _first_day(check: ImportCheck, visitor: Visitor) -> str | None:
    """The local date of the first post of the file that has a time."""
    instants = [each.post["scheduledFor"] for each in check.results or () if each.post]
    first = min(filter(None, instants), default=None)
    local = datetime.fromisoformat(first).astimezone(load_zone(visitor.zone)) if first else None
    return local.date().isoformat() if local else None
