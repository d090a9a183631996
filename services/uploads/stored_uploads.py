"""An organization's own files: read them back, delete them."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Final

from anyio import to_thread

from media.object_storage import ObjectMissing, StorageUnavailable
from models.store import stored_files
from models.stored_files import StoredFile
from services.context import AppContext
from services.errors import Conflict, NotFound, StorageDown
from services.uploads.store_upload import STORAGE_UNAVAILABLE

log = logging.getLogger(__name__)
NO_SUCH_FILE: Final = "there is no such file"


async def open_upload(
    context: AppContext, organization_id: str, file_id: str
) -> tuple[StoredFile, int, AsyncIterator[bytes]]:
    """A file, its size in bytes and its content in chunks. NotFound or StorageDown."""
    file = await to_thread.run_sync(find_upload, context, organization_id, file_id)
    try:
        size = await context.storage.size(file.id)
    except ObjectMissing:
        raise NotFound(NO_SUCH_FILE) from None
    except StorageUnavailable:
        raise StorageDown(STORAGE_UNAVAILABLE) from None
    return file, size, context.storage.read_chunks(file.id, size)


def find_upload(context: AppContext, organization_id: str, file_id: str) -> StoredFile:
    """The row of an organization's file; NotFound without one."""
    with context.database.read() as session:
        found = stored_files.get(session, organization_id, file_id)
    if found is None:
        raise NotFound(NO_SUCH_FILE)
    return found


async def remove_upload(context: AppContext, organization_id: str, file_id: str) -> None:
    """Delete a file. NotFound without one, Conflict while a post that has not ended uses it."""
    await to_thread.run_sync(_remove_row, context, organization_id, file_id)
    try:
        await asyncio.to_thread(context.storage.delete, [file_id])
    except StorageUnavailable as error:  # pruning deletes objects that have no row
        log.warning("the file %s is left for the next pruning: %s", file_id, error)


def _remove_row(context: AppContext, organization_id: str, file_id: str) -> None:
    with context.database.write() as session:
        removed = stored_files.remove(session, organization_id, file_id)
    if removed is None:
        raise NotFound(NO_SUCH_FILE)
    if not removed:
        raise Conflict("a post that has not ended uses the file; remove the post first")
