"""An opened media file: it is read once."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator

from media.file_types import FILE_TYPES, FileType, describe_mismatch, sniff_content_type
from provider.errors import GiveUp, Retry
from worker.media_fetch.photo_scaling import FittingPhoto
from worker.media_fetch.spool import Spool


class MediaSource:
    """An opened file: its name, type and size (bytes), and its bytes, once.

    Where the bytes were spooled to disk, `md5` (base64) and `spooled_sha256` (hexadecimal) are
    known; `sha256` is complete after the last chunk. `width` and `height` (pixels, None where they
    are unknown) are those of a photo as it is seen. `note`: what was done to it, if anything.
    """

    def __init__(
        self,
        name: str,
        file_type: FileType,
        body: Spool | AsyncIterator[bytes],
        size: int | None = None,
        photo: FittingPhoto | None = None,
    ) -> None:
        spooled = body if isinstance(body, Spool) else None
        self.name = name
        self.content_type = file_type.content_type
        self.size = size or (spooled.size if spooled else 0)
        self.md5 = spooled.md5 if spooled else None
        self.spooled_sha256 = spooled.sha256 if spooled else None
        self.width = photo.width if photo else None
        self.height = photo.height if photo else None
        self.note = photo.note if photo else None
        self._body = body.chunks() if isinstance(body, Spool) else body
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The checksum of the bytes that were read so far, in hexadecimal."""
        return self._digest.hexdigest()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The bytes. Retry when the source breaks off, or does not send the size that it stated."""
        sent = 0
        async for chunk in self._body:
            sent += len(chunk)
            self._digest.update(chunk)
            yield chunk
        check_stated_size(sent, self.size)


def check_stated_size(size: int, stated_size: int | None) -> None:
    """Retry where a file does not have the size that its source stated."""
    if stated_size is not None and size != stated_size:
        raise Retry(f"the media source sent {size} bytes where it promised {stated_size}")


def check_file_type(head: bytes, name: str, post_type: str) -> FileType:
    """The type of a file that begins with `head`. GiveUp where no post of this type takes it."""
    content_type = sniff_content_type(head, name)
    file_type = FILE_TYPES.get(content_type)
    if file_type is None or file_type.post_type != post_type:
        raise GiveUp(describe_mismatch(content_type, post_type))
    return file_type
