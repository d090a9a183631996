"""Storing an upload: detect its type, stream it into the storage, then insert its row."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

from anyio import to_thread

from media import file_types
from media.file_types import FILE_TYPES, FileType
from media.object_storage import StorageUnavailable
from models.ids import new_id
from models.store import clock
from models.store.tenants import social_settings
from models.stored_files import StoredFile
from services.context import AppContext
from services.errors import FileTooLarge, StorageDown, StorageFull, invalid_field
from services.quotas import check_stored_files

log = logging.getLogger(__name__)
# Content types that clients send when they do not know the type; the last one is curl's default.
UNSPECIFIC_TYPES: Final = (
    "",
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-www-form-urlencoded",
)
# Other names of the same content types.
ALIASES: Final = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/heic-sequence": "image/heic",
    "image/heif-sequence": "image/heif",
    "image/apng": "image/png",
    "video/avi": "video/x-msvideo",
    "video/msvideo": "video/x-msvideo",
    "application/x-pdf": "application/pdf",
}
ACCEPTED_FILES: Final = "a post can carry videos, images, and PDF, Word or PowerPoint files"
DISK_FULL: Final = (
    "the disk of uploaded files is full: the operator must free some space; posts without new "
    "files still go out"
)
STORAGE_UNAVAILABLE: Final = "the storage of files does not answer; try again"


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that a caller sends. `name` and `declared_type` (a content type) are empty where the
    caller says nothing."""

    name: str
    declared_type: str
    body: AsyncIterator[bytes]


async def store_upload(context: AppContext, organization_id: str, file: IncomingFile) -> StoredFile:
    """Store a file for an organization; on failure nothing is left behind.

    ValidationFailed where no post can have such a file, FileTooLarge, StorageFull or StorageDown.
    """
    return await store_file(context, organization_id, file, _detect_type, context.media_max_bytes)


async def store_file(
    context: AppContext,
    organization_id: str,
    file: IncomingFile,
    detect: Callable[[bytes, IncomingFile], FileType],
    most: int,
) -> StoredFile:
    """Store a file of at most `most` bytes; `detect` tells its type by its first bytes, or
    refuses it."""
    await to_thread.run_sync(_check_quota, context, organization_id)
    counted = CountingBody(file.body, most, context.room_for_files)
    kind = detect(await counted.head(), file)
    file_id = new_id()
    try:
        await context.storage.put(file_id, counted.chunks(), most)
    except StorageUnavailable as error:
        log.warning("a file was not kept: %s", error)
        raise StorageDown(STORAGE_UNAVAILABLE) from None
    row = StoredFile(
        id=file_id,
        organization_id=organization_id,
        name=file_types.with_extension(file.name, kind),
        content_type=kind.content_type,
        size=counted.size,
        sha256=counted.sha256,
    )
    return await _save_row(context, row)


async def _save_row(context: AppContext, row: StoredFile) -> StoredFile:
    try:
        return await to_thread.run_sync(_insert, context, row)
    except Exception:  # whatever failed: an object without a row would stay unused
        try:
            await asyncio.to_thread(context.storage.delete, [row.id])
        except StorageUnavailable:
            log.warning("the file %s is left for the next pruning", row.id)
        raise


def _check_quota(context: AppContext, organization_id: str) -> None:
    """Before a body is received that has no room anyway; `_insert` checks again under the lock."""
    with context.database.read() as session:
        check_stored_files(session, context.quotas, organization_id, size=1)


def _insert(context: AppContext, row: StoredFile) -> StoredFile:
    with context.database.write() as session:
        social_settings.lock_organization(session, row.organization_id)
        check_stored_files(session, context.quotas, row.organization_id, row.size)
        row.created_at = clock.now(session)
        session.add(row)
    return row


class CountingBody:
    """A body of at most `most` bytes; counts its size and checksum while it is read.

    `room`: how many bytes may still be written to the disk; None where there is no disk.
    """

    def __init__(
        self, body: AsyncIterator[bytes], most: int, room: Callable[[], int | None]
    ) -> None:
        self.size = 0
        self._room = room
        self._body = body
        self._most = most
        self._head = b""
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The SHA-256 of the bytes read so far, in hexadecimal."""
        return self._digest.hexdigest()

    async def head(self) -> bytes:
        """The first bytes, enough to detect the type; ValidationFailed where the body is empty."""
        while len(self._head) < file_types.SNIFF_BYTES and (chunk := await anext(self._body, None)):
            self._head += chunk
        if not self._head:
            raise invalid_field("file", "is empty")
        return self._head

    async def chunks(self) -> AsyncIterator[bytes]:
        """All bytes, from the beginning; FileTooLarge where there are too many."""
        yield self._count(self._head)
        self._head = b""
        async for chunk in self._body:
            yield self._count(chunk)

    def _count(self, chunk: bytes) -> bytes:
        self.size += len(chunk)
        if self.size > self._most:
            raise FileTooLarge(f"the file has more than {self._most} bytes")
        room = self._room()
        if room is not None and room < len(chunk):
            raise StorageFull(DISK_FULL)
        self._digest.update(chunk)
        return chunk


def _detect_type(head: bytes, file: IncomingFile) -> FileType:
    declared = ALIASES.get(file.declared_type, file.declared_type)
    declared_type = FILE_TYPES.get(declared)
    name = file.name or (f"file{declared_type.extensions[0]}" if declared_type else "")
    detected = file_types.sniff_content_type(head, name)
    file_type = FILE_TYPES.get(detected)
    if file_type is None:
        raise invalid_field("file", f"is {detected}; {ACCEPTED_FILES}")
    is_match = declared_type is not None and _are_compatible(declared_type, file_type)
    if declared not in UNSPECIFIC_TYPES and not is_match:
        raise invalid_field("Content-Type", f"says {declared[:100]!r}, but the file is {detected}")
    return file_type


def _are_compatible(declared: FileType, detected: FileType) -> bool:
    """Whether two types are equal, or so similar that people and programs mix them up: the same
    video container, HEIC and HEIF, and the old Office formats, which begin with the same bytes."""
    old_office = {file_types.DOC, file_types.PPT}
    heif = {file_types.HEIC, file_types.HEIF}
    same_container = declared.demuxer == detected.demuxer != ""
    return (
        declared == detected
        or same_container
        or {declared, detected} <= heif
        or {declared, detected} <= old_office
    )
