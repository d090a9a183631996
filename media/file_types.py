"""File types by the first bytes of a file (pure). Content-Type headers and names do not count."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import filetype

from media import archives, iso_files, old_office
from media.graphemes import cut

# Bytes needed for detection: the archive of an Office file may begin with a long member.
SNIFF_BYTES: Final = 256 * 1024
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


DOC: Final = FileType(old_office.DOC, "document", (".doc",))
PPT: Final = FileType(old_office.PPT, "document", old_office.SLIDES_EXTENSIONS)
MP4: Final = FileType(iso_files.MP4, "video", (".mp4", ".m4v"), "mov")
MOV: Final = FileType(iso_files.QUICKTIME, "video", (".mov", ".qt"), "mov")
HEIC: Final = FileType("image/heic", "photo", (".heic", ".heif", ".hif"))
HEIF: Final = FileType(iso_files.HEIF, "photo", (".heif", ".heic", ".hif"))
FILE_TYPES: Final = {
    file_type.content_type: file_type
    for file_type in (
        MP4,
        MOV,
        FileType("video/x-m4v", "video", (".m4v", ".mp4"), "mov"),
        FileType("video/3gpp", "video", (".3gp",), "mov"),
        FileType("video/3gpp2", "video", (".3g2",), "mov"),
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
        HEIC,
        HEIF,
        FileType("image/avif", "photo", (".avif",)),
        FileType("image/bmp", "photo", (".bmp",)),
        FileType("image/tiff", "photo", (".tif", ".tiff")),
        FileType("application/pdf", "document", (".pdf",)),
        FileType(archives.DOCX, "document", (".docx",)),
        FileType(archives.PPTX, "document", (".pptx",)),
        DOC,
        PPT,
    )
}

# Other names for a type that a post can have.
_SAME_TYPE: Final = {"image/apng": "image/png"}
# Photos that no network takes.
_OTHER_PHOTOS: Final = (
    (b"\xff\x0a", "image/jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\0\0\0\x0cjP  \r\n\x87\n", "image/jp2"),
)
_MARKUP: Final = (b"<!doctype html", b"<html", b"<head", b"<body")
# A PDF may have something else before its header.
_PDF_HEADER: Final = b"%PDF-"
_MAX_BEFORE_PDF: Final = 1024
_BMP_HEADER_SIZES: Final = (12, 16, 40, 52, 56, 64, 108, 124)


def detect(head: bytes, name: str) -> FileType | None:
    """The type of a file that begins with `head`; None where no post accepts it."""
    return FILE_TYPES.get(sniff_content_type(head, name))


def sniff_content_type(head: bytes, name: str) -> str:
    """A content type; or a description, where there is none. `name` is used only to tell old Office
    files apart, which all begin with the same bytes."""
    found = (
        iso_files.iso_content_type(head)
        or archives.archive_content_type(head)
        or old_office.old_office_content_type(head, name)
    )
    if found is not None:
        return found
    guess = filetype.guess_mime(head)
    if guess is None or _is_only_text(head):
        return _classify_unknown(head)
    return _SAME_TYPE.get(guess, str(guess))


def _is_only_text(head: bytes) -> bool:
    """Whether a file only begins with the letters of an image: GIF, or BM for a bitmap."""
    if head.startswith(b"BM"):
        return int.from_bytes(head[14:18], "little") not in _BMP_HEADER_SIZES
    return head.startswith(b"GIF") and head[3:6] not in (b"87a", b"89a")


def _classify_unknown(head: bytes) -> str:
    for begin, content_type in _OTHER_PHOTOS:
        if head.startswith(begin):
            return content_type
    before_pdf, pdf_header, _ = head[: _MAX_BEFORE_PDF + len(_PDF_HEADER)].partition(_PDF_HEADER)
    start = before_pdf[:_MAX_BEFORE_PDF].lower()
    if any(tag in start for tag in _MARKUP):
        return "text/html"
    if pdf_header:
        return "application/pdf"
    if b"<svg" in start:
        return "image/svg+xml"
    return "of no known type" if b"\0" in start else "text"


def describe_mismatch(content_type: str, post_type: str) -> str:
    """A sentence on a file that is not of the kind that a post of this type needs."""
    text = f"the file is {content_type}, not {POST_TYPE_LABELS[post_type]}: "
    if content_type.startswith("text"):
        return text + "the link must lead to the file itself"
    extensions = [each.extensions[0] for each in FILE_TYPES.values() if each.post_type == post_type]
    return text + f"{POST_TYPE_LABELS[post_type]} is one of {', '.join(extensions)}"


def with_extension(name: str, file_type: FileType) -> str:
    """A safe file name, with an extension that fits the file type."""
    printable = "".join(each for each in name if each.isprintable()).strip(". ")
    path = PurePosixPath(printable or "media")
    extension = (
        path.suffix if path.suffix.lower() in file_type.extensions else file_type.extensions[0]
    )
    return cut(path.stem, MAX_NAME_LENGTH) + extension
