"""What a file is, by its first bytes: text, a workbook that can be read, or something else."""

import zipfile
import zlib
from typing import IO

from services.calendar_import.rows import BadFile

HEAD_BYTES = 1 << 10
SAVE_AS = "save it as CSV UTF-8 or as .xlsx"
_ZIP = b"PK\x03\x04"
_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        f"is an Excel workbook of the old form (.xls), or has a password; {SAVE_AS}",
    ),
    (b"%PDF-", f"is a PDF document; {SAVE_AS} in the program that made it"),
    (b"\x1f\x8b", "is compressed (gzip); unpack it first"),
    (b"{\\rtf", f"is a document (RTF); {SAVE_AS}"),
    (b"\x89PNG", "is a picture (PNG), not a calendar"),
    (b"\xff\xd8\xff", "is a picture (JPEG), not a calendar"),
)
# A member of the archive, and what the archive then is.
_ARCHIVES = (
    ("xl/workbook.bin", f"is an Excel workbook of the binary form (.xlsb); {SAVE_AS}"),
    ("content.xml", f"is an OpenDocument file (.ods); {SAVE_AS}"),
    ("Index/Document.iwa", f"is a Numbers document; {SAVE_AS}"),
    ("Index.zip", f"is a Numbers document; {SAVE_AS}"),
    ("word/document.xml", f"is a Word document; {SAVE_AS} in a spreadsheet program"),
)
_WORKBOOK = "xl/workbook.xml"
# A namespace that the library does not read.
_STRICT = b"http://purl.oclc.org/ooxml/"


def is_workbook(content: IO[bytes]) -> bool:
    """Whether the file is a workbook in XLSX; False where it may be text. BadFile says what the
    file is where it is neither."""
    content.seek(0)
    head = content.read(HEAD_BYTES)
    content.seek(0)
    if is_archive(head):
        return _is_xlsx(content)
    refuse_other_kinds(head)
    return False


def is_archive(head: bytes) -> bool:
    """Whether a file that begins so is an archive, as workbooks are."""
    return head.startswith(_ZIP)


def refuse_other_kinds(head: bytes) -> None:
    """BadFile where a file that begins so is neither an archive nor a text."""
    for magic, what in _OTHERS:
        if head.startswith(magic):
            raise BadFile(f"the file {what}")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise BadFile(f"the file is a web page or XML, whatever its name says; {SAVE_AS}")


def _begin(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as member:
        return member.read(HEAD_BYTES)


def _is_xlsx(content: IO[bytes]) -> bool:
    try:
        archive = zipfile.ZipFile(content)
        names = set(archive.namelist())
        begin = _begin(archive, _WORKBOOK) if _WORKBOOK in names else b""
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError):
        raise BadFile("the file is a damaged archive (ZIP), perhaps a part of a workbook") from None
    if _STRICT in begin:
        raise BadFile(
            "the file is a workbook in the strict form (Strict Open XML); save it as CSV UTF-8 or "
            'as "Excel Workbook (.xlsx)"'
        )
    if _WORKBOOK in names:
        return True
    what = next((what for name, what in _ARCHIVES if name in names), f"is an archive; {SAVE_AS}")
    raise BadFile(f"the file {what}")
