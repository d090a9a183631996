"""An opened media file: its type is checked by its first bytes, and it is read once."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from urllib.parse import unquote

from media.file_types import (
    FILE_TYPES,
    SNIFF_BYTES,
    FileType,
    describe_mismatch,
    sniff_content_type,
    with_extension,
)
from provider.errors import GiveUp, Retry
from worker.media_fetch import spool, video_duration
from worker.media_fetch.fetch_limits import FetchLimits
from worker.media_fetch.photo_conversion import CONVERTED_TYPES, convert_photo


class MediaSource:
    """An opened file: its name, type and size (bytes), and its bytes, once.

    `md5` (base64) is known where the bytes were spooled to disk. `sha256` is complete after the
    last chunk.
    """

    def __init__(
        self,
        name: str,
        file_type: FileType,
        size: int,
        body: AsyncIterator[bytes],
        md5: str | None = None,
    ) -> None:
        self.name = name
        self.content_type = file_type.content_type
        self.size = size
        self.md5 = md5
        self._body = body
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
        _check_stated_size(sent, self.size)


@asynccontextmanager
async def inspect_file(
    body: AsyncIterator[bytes],
    stated_size: int | None,
    path: str,
    post_type: str,
    min_seconds: int,
    limits: FetchLimits,
) -> AsyncIterator[MediaSource]:
    """The file in a body. Checks its type, and the duration of a video if there is a minimum.

    `stated_size`: the size by Content-Length, None if unknown. The file's name is the last part of
    `path`. A file is spooled to disk where its size is unknown, its duration is checked, or it is
    a photo that must be converted.
    """
    head = await _read_head(body)
    name = PurePosixPath(unquote(path)).name
    file_type = check_file_type(head, name, post_type) if head else _reject_empty()
    body = _prepend(head, body)
    if file_type.content_type in CONVERTED_TYPES:
        async with _open_converted(body, stated_size, name, file_type, limits) as source:
            yield source
        return
    name = with_extension(name, file_type)
    needs_duration = min_seconds > 0 and file_type.post_type == "video"
    if stated_size is not None and not needs_duration:
        yield MediaSource(name, file_type, stated_size, body)
        return
    async with spool.spool_to_disk(body, limits.size) as spooled:
        if needs_duration:
            await video_duration.check_min_duration(
                spooled.file, file_type.demuxer, min_seconds, limits.probe
            )
        yield MediaSource(
            name, file_type, stated_size or spooled.size, spooled.chunks(), spooled.md5
        )


@asynccontextmanager
async def _open_converted(
    body: AsyncIterator[bytes],
    stated_size: int | None,
    name: str,
    file_type: FileType,
    limits: FetchLimits,
) -> AsyncIterator[MediaSource]:
    """The photo in a body, in a type that every network takes."""
    async with spool.spool_to_disk(body, limits.size) as original:
        _check_stated_size(original.size, stated_size)
        photo = convert_photo(original.file, file_type.content_type, limits.convert)
        async with spool.spool_to_disk(photo, limits.size) as spooled:
            head = await anext(spooled.chunks())
            new_type = check_file_type(head, name, file_type.post_type)
            new_name = with_extension(name, new_type)
            yield MediaSource(new_name, new_type, spooled.size, spooled.chunks(), spooled.md5)


def _check_stated_size(size: int, stated_size: int | None) -> None:
    if stated_size is not None and size != stated_size:
        raise Retry(f"the media source sent {size} bytes where it promised {stated_size}")


def check_file_type(head: bytes, name: str, post_type: str) -> FileType:
    """The type of a file that begins with `head`. GiveUp where no post of this type takes it."""
    content_type = sniff_content_type(head, name)
    file_type = FILE_TYPES.get(content_type)
    if file_type is None or file_type.post_type != post_type:
        raise GiveUp(describe_mismatch(content_type, post_type))
    return file_type


def _reject_empty() -> FileType:
    raise GiveUp("the media file is empty")


async def _read_head(body: AsyncIterator[bytes]) -> bytes:
    """The first bytes, enough to detect the type."""
    head = b""
    while len(head) < SNIFF_BYTES and (chunk := await anext(body, b"")):
        head += chunk
    return head


async def _prepend(head: bytes, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in body:
        yield chunk
