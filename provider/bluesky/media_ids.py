"""Our id of an uploaded file: all that a record must say of it. Pure.

A record names a file as the server does, so the id is a text of the server's answer: content id,
size in bytes and type, separated by blanks.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from provider.errors import RestartUpload

_CID: Final = "b[a-z2-7]{58}"
_MEDIA_ID: Final = re.compile(rf"({_CID}) ([0-9]{{1,18}}) (.+)")


@dataclass(frozen=True, slots=True)
class Blob:
    """A file at the server; `size` in bytes. The server finds the type out by itself."""

    cid: str
    size: int
    content_type: str

    def to_media_id(self) -> str:
        """Our id of the file."""
        return f"{self.cid} {self.size} {self.content_type}"

    def to_json(self) -> dict[str, Any]:
        """The file as records name it."""
        link = {"$link": self.cid}
        return {"$type": "blob", "ref": link, "mimeType": self.content_type, "size": self.size}


def parse_blob(answer: Any) -> Blob | None:  # noqa: ANN401  (JSON)
    """The file in an answer of uploadBlob; None where there is none."""
    try:
        blob = answer["blob"]
        cid, size, content_type = blob["ref"]["$link"], blob["size"], blob["mimeType"]
    except (KeyError, TypeError):
        return None
    is_valid = isinstance(cid, str) and type(size) is int and isinstance(content_type, str)
    return Blob(cid, size, content_type) if is_valid and re.fullmatch(_CID, cid) else None


def parse_media_id(media_id: str) -> Blob:
    """The file with this id; RestartUpload for a text that is none."""
    match = _MEDIA_ID.fullmatch(media_id)
    if match is None:
        raise RestartUpload("the file has no id of Bluesky")
    return Blob(match[1], int(match[2]), match[3])
