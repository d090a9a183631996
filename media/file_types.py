"""File types by the first bytes of a file (pure). Content-Type headers and names do not count."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import filetype

# Bytes needed for detection: the archive of an Office file may begin with a long member.
SNIFF_BYTES: Final = 64 * 1024
MAX_NAME_LENGTH: Final = 100
POST_TYPE_LABELS: Final = {"video": "a video", "photo": "a photo", "document": "a document"}


@dataclass(frozen=True, slots=True)
class FileType:
    """A content type, its postType, and its file name extensions, the usual one first.

    `demuxer`: the name of the video's container in PyAV.
    """

    content_type: str
    post_type: str
    extensions: tuple[str, ...]
    demuxer: str = ""


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOC: Final = FileType("application/msword", "document", (".doc",))
PPT: Final = FileType("application/vnd.ms-powerpoint", "document", (".ppt", ".pps"))
MP4: Final = FileType("video/mp4", "video", (".mp4", ".m4v"), "mov")
MOV: Final = FileType("video/quicktime", "video", (".mov", ".qt"), "mov")
FILE_TYPES: Final = {
    file_type.content_type: file_type
    for file_type in (
        MP4,
        MOV,
        FileType("video/x-m4v", "video", (".m4v", ".mp4"), "mov"),
        FileType("video/3gpp", "video", (".3gp",), "mov"),
        FileType("video/webm", "video", (".webm",), "matroska"),
        FileType("video/x-matroska", "video", (".mkv",), "matroska"),
        FileType("video/x-msvideo", "video", (".avi",), "avi"),
        FileType("video/mpeg", "video", (".mpg", ".mpeg"), "mpeg"),
        FileType("video/x-flv", "video", (".flv",), "flv"),
        FileType("video/x-ms-wmv", "video", (".wmv",), "asf"),
        FileType("image/jpeg", "photo", (".jpg", ".jpeg")),
        FileType("image/png", "photo", (".png",)),
        FileType("image/webp", "photo", (".webp",)),
        FileType("image/gif", "photo", (".gif",)),
        FileType("image/heic", "photo", (".heic", ".heif")),
        FileType("image/avif", "photo", (".avif",)),
        FileType("image/bmp", "photo", (".bmp",)),
        FileType("image/tiff", "photo", (".tif", ".tiff")),
        FileType("application/pdf", "document", (".pdf",)),
        FileType(f"{_OFFICE}.wordprocessingml.document", "document", (".docx",)),
        FileType(f"{_OFFICE}.presentationml.presentation", "document", (".pptx",)),
        DOC,
        PPT,
    )
}

# The first box of an old QuickTime file, which has no brand.
_QUICKTIME_BOXES: Final = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_MARKUP: Final = (b"<!doctype html", b"<html", b"<head", b"<body")


def detect(head: bytes, name: str) -> FileType | None:
    """The type of a file that begins with `head`; None where no post accepts it."""
    return FILE_TYPES.get(sniff_content_type(head, name))


def sniff_content_type(head: bytes, name: str) -> str:
    """A content type; or a description, where there is none. `name` is used only to tell old Office
    files apart, which all begin with the same bytes."""
    if head[4:8] in _QUICKTIME_BOXES and b"\0" in head[:4]:
        return MOV.content_type
    if head.startswith(_OLE):
        return PPT.content_type if name.lower().endswith(PPT.extensions) else DOC.content_type
    guess = filetype.guess_mime(head)
    if guess is not None:
        return str(guess)
    # There are always new MP4 brands that the library does not know.
    return MP4.content_type if head[4:8] == b"ftyp" else _classify_unknown(head)


def _classify_unknown(head: bytes) -> str:
    start = head[:1024].lower()
    if any(tag in start for tag in _MARKUP):
        return "text/html"
    return "of no known type" if b"\0" in start else "text"


def with_extension(name: str, file_type: FileType) -> str:
    """A safe file name, with an extension that fits the file type."""
    printable = "".join(each for each in name if each.isprintable()).strip(". ")
    path = PurePosixPath(printable or "media")
    extension = (
        path.suffix if path.suffix.lower() in file_type.extensions else file_type.extensions[0]
    )
    return path.stem[:MAX_NAME_LENGTH] + extension
