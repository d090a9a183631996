"""What a file is, by its first bytes (pure); what a server or a name says of it does not count."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import filetype

# So many bytes tell; an office file's archive may begin with a long member.
SNIFF_BYTES: Final = 64 * 1024
MAX_NAME_LENGTH: Final = 100
POST_TYPE_LABELS: Final = {"video": "a video", "photo": "a photo", "document": "a document"}


@dataclass(frozen=True, slots=True)
class FileType:
    """A content type, the postType that it fits, and its names' endings, the usual one first.

    `demuxer` is how the prober calls a video's container.
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
    kind.content_type: kind
    for kind in (
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

# The first box of a QuickTime film from before there were brands.
_QUICKTIME_BOXES: Final = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_MARKUP: Final = (b"<!doctype html", b"<html", b"<head", b"<body")


def detect(head: bytes, name: str) -> FileType | None:
    """The kind of a file that begins with `head`; None where no post takes it."""
    return FILE_TYPES.get(sniff_content_type(head, name))


def sniff_content_type(head: bytes, name: str) -> str:
    """A content type, or words in its place. `name` chooses among old Office files alone, which
    begin alike."""
    if head[4:8] in _QUICKTIME_BOXES and b"\0" in head[:4]:
        return MOV.content_type
    if head.startswith(_OLE):
        return PPT.content_type if name.lower().endswith(PPT.extensions) else DOC.content_type
    guess = filetype.guess_mime(head)
    if guess is not None:
        return str(guess)
    # Every year brings brands of MP4 that no list has.
    return MP4.content_type if head[4:8] == b"ftyp" else _classify_unknown(head)


def _classify_unknown(head: bytes) -> str:
    start = head[:1024].lower()
    if any(mark in start for mark in _MARKUP):
        return "text/html"
    return "of no known type" if b"\0" in start else "text"


def with_extension(name: str, file_type: FileType) -> str:
    """A file's name, with the ending that goes with what it is."""
    clean = "".join(each for each in name if each.isprintable()).strip(". ")
    whole = PurePosixPath(clean or "media")
    extension = (
        whole.suffix if whole.suffix.lower() in file_type.extensions else file_type.extensions[0]
    )
    return whole.stem[:MAX_NAME_LENGTH] + extension
