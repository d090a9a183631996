"""What a file is, by its first bytes (pure); what a server or a name says of it does not count."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import filetype

# So many bytes tell; an office file's archive may begin with a long member.
HEAD: Final = 64 * 1024
LONGEST_NAME: Final = 100
WORDS: Final = {"video": "a video", "photo": "a photo", "document": "a document"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A content type, the postType that it fits, and its names' endings, the usual one first.

    `demuxer` is how the prober calls a video's container.
    """

    content_type: str
    post_type: str
    endings: tuple[str, ...]
    demuxer: str = ""


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOC: Final = Kind("application/msword", "document", (".doc",))
PPT: Final = Kind("application/vnd.ms-powerpoint", "document", (".ppt", ".pps"))
MP4: Final = Kind("video/mp4", "video", (".mp4", ".m4v"), "mov")
MOV: Final = Kind("video/quicktime", "video", (".mov", ".qt"), "mov")
KINDS: Final = {
    kind.content_type: kind
    for kind in (
        MP4,
        MOV,
        Kind("video/x-m4v", "video", (".m4v", ".mp4"), "mov"),
        Kind("video/3gpp", "video", (".3gp",), "mov"),
        Kind("video/webm", "video", (".webm",), "matroska"),
        Kind("video/x-matroska", "video", (".mkv",), "matroska"),
        Kind("video/x-msvideo", "video", (".avi",), "avi"),
        Kind("video/mpeg", "video", (".mpg", ".mpeg"), "mpeg"),
        Kind("video/x-flv", "video", (".flv",), "flv"),
        Kind("video/x-ms-wmv", "video", (".wmv",), "asf"),
        Kind("image/jpeg", "photo", (".jpg", ".jpeg")),
        Kind("image/png", "photo", (".png",)),
        Kind("image/webp", "photo", (".webp",)),
        Kind("image/gif", "photo", (".gif",)),
        Kind("image/heic", "photo", (".heic", ".heif")),
        Kind("image/avif", "photo", (".avif",)),
        Kind("image/bmp", "photo", (".bmp",)),
        Kind("image/tiff", "photo", (".tif", ".tiff")),
        Kind("application/pdf", "document", (".pdf",)),
        Kind(f"{_OFFICE}.wordprocessingml.document", "document", (".docx",)),
        Kind(f"{_OFFICE}.presentationml.presentation", "document", (".pptx",)),
        DOC,
        PPT,
    )
}

# The first box of a QuickTime film from before there were brands.
_OLD_FILM: Final = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_MARKUP: Final = (b"<!doctype html", b"<html", b"<head", b"<body")


def of(head: bytes, name: str) -> Kind | None:
    """The kind of a file that begins with `head`; None where no post takes it."""
    return KINDS.get(sniff(head, name))


def sniff(head: bytes, name: str) -> str:
    """A content type, or words in its place. `name` chooses among old Office files alone, which
    begin alike."""
    if head[4:8] in _OLD_FILM and b"\0" in head[:4]:
        return MOV.content_type
    if head.startswith(_OLE):
        return PPT.content_type if name.lower().endswith(PPT.endings) else DOC.content_type
    guess = filetype.guess_mime(head)
    if guess is not None:
        return str(guess)
    # Every year brings brands of MP4 that no list has.
    return MP4.content_type if head[4:8] == b"ftyp" else _text(head)


def _text(head: bytes) -> str:
    start = head[:1024].lower()
    if any(mark in start for mark in _MARKUP):
        return "text/html"
    return "of no known type" if b"\0" in start else "text"


def fitting(name: str, kind: Kind) -> str:
    """A file's name, with the ending that goes with what it is."""
    clean = "".join(each for each in name if each.isprintable()).strip(". ")
    whole = PurePosixPath(clean or "media")
    ending = whole.suffix if whole.suffix.lower() in kind.endings else kind.endings[0]
    return whole.stem[:LONGEST_NAME] + ending
