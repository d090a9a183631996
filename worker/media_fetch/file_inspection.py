"""Inspects a media file while it is read: its type by its first bytes, and what a post requires."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from urllib.parse import unquote

from media.file_types import SNIFF_BYTES, FileType, with_extension
from provider.errors import GiveUp
from worker.media_fetch import spool, video_duration
from worker.media_fetch.fetch_limits import FetchLimits
from worker.media_fetch.photo_conversion import CONVERTED_TYPES, convert_photo
from worker.media_fetch.photo_scaling import FittingPhoto, fit_photo
from worker.media_fetch.requirements import FileRequirements
from worker.media_fetch.source import MediaSource, check_file_type, check_stated_size
from worker.media_fetch.spool import Spool


@asynccontextmanager
async def inspect_file(
    body: AsyncIterator[bytes],
    stated_size: int | None,
    path: str,
    required: FileRequirements,
    limits: FetchLimits,
) -> AsyncIterator[MediaSource]:
    """The file in a body. Checks its type, and what else is required of it.

    `stated_size`: the size by Content-Length, None if unknown. The file's name is the last part of
    `path`. A file is spooled to disk where its size is unknown, its duration is checked, or it is
    a photo that must be converted or has a limit.
    """
    head = await _read_head(body)
    name = PurePosixPath(unquote(path)).name
    file_type = check_file_type(head, name, required.post_type) if head else _reject_empty()
    body = _prepend(head, body)
    is_converted = file_type.content_type in CONVERTED_TYPES
    is_limited = required.post_type == "photo" and required.max_photo_bytes is not None
    if not (is_converted or is_limited or required.checks_duration or stated_size is None):
        yield MediaSource(with_extension(name, file_type), file_type, body, stated_size)
        return
    async with spool.spool_to_disk(
        body, limits, required.organization_id, stated_size or 0
    ) as original:
        check_stated_size(original.size, stated_size)
        if is_converted or is_limited:
            async with _open_photo(original, name, file_type, required, limits) as source:
                yield source
            return
        if required.checks_duration:
            await video_duration.check_min_duration(
                original.file, file_type.demuxer, required, limits.probe
            )
        yield MediaSource(with_extension(name, file_type), file_type, original)


@asynccontextmanager
async def _open_photo(
    original: Spool,
    name: str,
    file_type: FileType,
    required: FileRequirements,
    limits: FetchLimits,
) -> AsyncIterator[MediaSource]:
    """A photo in a type that every network takes, and as small a file as its network wants."""
    most = required.max_photo_bytes
    async with _converted(original, file_type, required, limits) as usual:
        if most is None:
            yield await _photo_source(FittingPhoto(usual), name)
            return
        async with fit_photo(usual, most, required.organization_id, limits) as photo:
            yield await _photo_source(photo, name)


@asynccontextmanager
async def _converted(
    original: Spool, file_type: FileType, required: FileRequirements, limits: FetchLimits
) -> AsyncIterator[Spool]:
    if file_type.content_type not in CONVERTED_TYPES:
        yield original
        return
    key = required.organization_id
    photo = convert_photo(original.file, file_type.content_type, key, limits.convert)
    async with spool.spool_to_disk(photo, limits, key) as spooled:
        yield spooled


async def _photo_source(photo: FittingPhoto, name: str) -> MediaSource:
    """The source; a converted or scaled photo may be of another type than its name says."""
    file_type = check_file_type(await anext(photo.file.chunks()), name, "photo")
    return MediaSource(with_extension(name, file_type), file_type, photo.file, photo=photo)


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
