"""Calendars that wait for their import: stored like other files, and deleted like unused ones."""

from typing import Final

from media.file_types import FileType
from models.stored_files import StoredFile
from services.calendar_import.calendar_rows import MAX_BYTES
from services.calendar_import.file_kinds import is_archive, refuse_other_kinds
from services.calendar_import.rows import BadFile
from services.context import AppContext
from services.errors import NotFound, invalid_field
from services.uploads.store_upload import IncomingFile, store_file
from services.uploads.stored_uploads import NO_SUCH_FILE, open_upload

WORKBOOK: Final = FileType(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "", (".xlsx", ".xlsm")
)
JSON_LINES: Final = FileType("application/jsonl", "", (".jsonl", ".ndjson", ".json"))
CSV: Final = FileType("text/csv", "", (".csv", ".tsv", ".txt"))
_CONTENT_TYPES: Final = tuple(each.content_type for each in (WORKBOOK, JSON_LINES, CSV))


async def store_calendar(
    context: AppContext, organization_id: str, file: IncomingFile
) -> StoredFile:
    """Store a calendar. ValidationFailed where its first bytes are those of something else."""
    return await store_file(context, organization_id, file, _detect, MAX_BYTES)


async def read_calendar_file(
    context: AppContext, organization_id: str, file_id: str
) -> tuple[StoredFile, bytes]:
    """A stored calendar with its content. NotFound where there is none, or it is no calendar."""
    file, size, chunks = await open_upload(context, organization_id, file_id)
    if file.content_type not in _CONTENT_TYPES or size > MAX_BYTES:
        raise NotFound(NO_SUCH_FILE)
    return file, b"".join([chunk async for chunk in chunks])


def _detect(head: bytes, _file: IncomingFile) -> FileType:
    if is_archive(head):
        return WORKBOOK
    try:
        refuse_other_kinds(head)
    except BadFile as error:
        raise invalid_field("file", str(error).removeprefix("the file ")) from None
    return JSON_LINES if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else CSV
