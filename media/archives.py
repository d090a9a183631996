"""Office files of the new kinds, which are zip archives, by their members in any order. Pure."""

import re
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

ZIP: Final = "application/zip"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOCX: Final = f"{_OFFICE}.wordprocessingml.document"
PPTX: Final = f"{_OFFICE}.presentationml.presentation"
XLSX: Final = f"{_OFFICE}.spreadsheetml.sheet"
_BY_FOLDER: Final = {b"word": DOCX, b"ppt": PPTX, b"xl": XLSX}

_MEMBER: Final = b"PK\x03\x04"
# What an archive may begin with: a member, or a mark that it was or could be split.
_BEGINNINGS: Final = (_MEMBER, b"PK00PK\x03\x04", b"PK\x07\x08PK\x03\x04")
_HEADER_SIZE: Final = 30
_STORED: Final = 0
_DEFLATED: Final = 8
_SIZE_FOLLOWS: Final = 0x08  # the flag: the size is behind the data
_MAX_PART: Final = 64 * 1024
_PART_NAME: Final = re.compile(rb"PartName\s*=\s*[\"']/(word|ppt|xl)/", re.IGNORECASE)
# The type of an OpenDocument or EPUB file.
_MIMETYPE: Final = re.compile(rb"application/[a-z0-9.+-]+")


class _Member(NamedTuple):
    name: bytes
    method: int
    data: bytes


def archive_content_type(head: bytes) -> str | None:
    """The content type of an archive that begins with `head`; None for other files."""
    if not head.startswith(_BEGINNINGS):
        return None
    return next((found for member in _members(head) if (found := _type_by(member))), ZIP)


def _type_by(member: _Member) -> str | None:
    """The type of an archive with this member; None where it does not tell."""
    if member.name == b"mimetype":
        match = _MIMETYPE.match(_content(member))
        return match[0].decode("ascii") if match else None
    if member.name == b"[Content_Types].xml":
        part = _PART_NAME.search(_content(member))
        return _BY_FOLDER[part[1].lower()] if part else None
    folder, slash, _ = member.name.replace(b"\\", b"/").lstrip(b"/").partition(b"/")
    return _BY_FOLDER.get(folder.lower()) if slash else None


def _content(member: _Member) -> bytes:
    """The beginning of a member's content."""
    if member.method == _STORED:
        return member.data[:_MAX_PART]
    if member.method != _DEFLATED:
        return b""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(member.data, _MAX_PART)
    except zlib.error:
        return b""


def _members(head: bytes) -> Iterator[_Member]:
    """The members that begin in `head`."""
    position = head.find(_MEMBER)
    while 0 <= position <= len(head) - _HEADER_SIZE:
        header = head[position : position + _HEADER_SIZE]
        flags, method, size, name_size, extra_size = (
            int.from_bytes(header[start:end], "little")
            for start, end in ((6, 8), (8, 10), (18, 22), (26, 28), (28, 30))
        )
        name_end = position + _HEADER_SIZE + name_size
        data = name_end + extra_size
        end = len(head) if flags & _SIZE_FOLLOWS else data + size
        yield _Member(head[position + _HEADER_SIZE : name_end], method, head[data:end])
        if flags & _SIZE_FOLLOWS and method == _STORED:
            return  # where it ends is unknown, and it may be an archive itself
        position = head.find(_MEMBER, data if flags & _SIZE_FOLLOWS else end)
