"""Local files that rows name: inspected, and stored like an upload to `POST media`.

A link without a scheme is a file name, relative to the calendar's folder; so is `file:…`, which
may be percent-encoded. With --media-base, only `file:` links are file names.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from cli.import_export.local_paths import UnusableFile, find_path
from media import file_types
from media.file_types import POST_TYPE_LABELS
from media.graphemes import cut
from media.stored_urls import stored_url
from models.ids import new_id
from models.store import clock, stored_files
from models.stored_files import MIN_FILE_RETENTION, StoredFile
from services.calendar_import.rows import Row
from services.context import AppContext
from services.errors import FieldError, ServiceError
from services.inputs.post_bodies import ThreadItemBody
from services.post_validation.media_links import MEDIA_FIELD
from services.post_validation.thread_items import thread_files
from services.uploads.store_upload import ACCEPTED_FILES, IncomingFile, store_upload

# One letter and a colon begin a path on a drive of Windows.
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:|//|\\\\")
CHUNK_SIZE = 1 << 20
# A file that was stored within this time is not pruned before its post is committed.
REUSABLE_FOR = MIN_FILE_RETENTION - timedelta(hours=1)
CACHE_SIZE = 4_096


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that a row names. `placeholder_link` replaces its link until it is stored."""

    field: str
    original_link: str
    path: Path
    file_type: file_types.FileType
    size: int
    placeholder_id: str

    @property
    def placeholder_link(self) -> str:
        """The link to a stored file that does not exist yet."""
        return stored_url(self.placeholder_id)

    def as_stored_file(self, organization_id: str) -> StoredFile:
        """The database row that storing the file would create."""
        return StoredFile(
            id=self.placeholder_id,
            organization_id=organization_id,
            name=self.path.name,
            content_type=self.file_type.content_type,
            size=self.size,
            sha256="",
        )


def is_local(link: str) -> bool:
    """Whether a link names a file of this machine."""
    return link.lower().startswith("file:") or not SCHEME.match(link)


def find_local_files(row: Row, folder: Path, max_bytes: int) -> list[LocalFile]:
    """The local files that a row names.

    Replaces their links in the row's body by placeholders, and adds what is wrong to its problems.
    """
    found: list[LocalFile] = []
    for field, link in row.links if row.body is not None else ():
        if not is_local(link):
            continue
        try:
            found.append(_inspect_file(row, field, link, folder, max_bytes))
        except UnusableFile as error:
            row.problems.append(FieldError(field=field, message=f"{cut(link, 200)}: {error}"))
    replace_links(row, {each.original_link: each.placeholder_link for each in found})
    return found


def replace_links(row: Row, links: dict[str, str]) -> None:
    """Replace links in the row's body, by a map of old to new."""
    if row.body is None or not links:
        return
    photos = [links.get(link, link) for link in row.body.photoUrls or []]
    changed: dict[str, object] = {"photoUrls": photos or row.body.photoUrls}
    for name in ("videoUrl", "documentUrl"):
        link = getattr(row.body, name)
        changed[name] = links.get(link, link)
    if row.body.thread:
        changed["thread"] = [_replace_in_item(each, links) for each in row.body.thread]
    row.body = row.body.model_copy(update=changed)


def _replace_in_item(item: ThreadItemBody, links: dict[str, str]) -> ThreadItemBody:
    photos = [links.get(link, link) for link in item.photoUrls or []]
    video = links.get(item.videoUrl, item.videoUrl) if item.videoUrl else None
    return item.model_copy(update={"photoUrls": photos or item.photoUrls, "videoUrl": video})


def _inspect_file(row: Row, field: str, link: str, folder: Path, max_bytes: int) -> LocalFile:
    try:
        path = find_path(folder, link)
        size = path.stat().st_size
        if not path.is_file():
            raise UnusableFile("is no file")
        with path.open("rb") as file:
            head = file.read(file_types.SNIFF_BYTES)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "cannot be a file's name"
        raise UnusableFile(
            f"no file can be read there ({why}); looked in {folder.resolve()}"
        ) from None
    return LocalFile(
        field, link, path, _check_file_type(row, field, head, path, size, max_bytes), size, new_id()
    )


def _check_file_type(
    row: Row, field: str, head: bytes, path: Path, size: int, max_bytes: int
) -> file_types.FileType:
    if not head:
        raise UnusableFile("is empty")
    if size > max_bytes:
        raise UnusableFile(f"has more than {max_bytes} bytes (SLOTBEAT_MEDIA_MAX_BYTES)")
    file_type = file_types.detect(head, path.name)
    if file_type is None:
        raise UnusableFile(f"is {file_types.sniff_content_type(head, path.name)}; {ACCEPTED_FILES}")
    wanted = _wanted_type(row, field)
    if wanted is not None and file_type.post_type != wanted:
        raise UnusableFile(f"is {file_type.content_type}, not {POST_TYPE_LABELS[wanted]}")
    return file_type


def _wanted_type(row: Row, field: str) -> str | None:
    """The type of post that a field's files are for; None where the field itself is refused."""
    if row.body is None:
        return None
    if MEDIA_FIELD.get(row.body.postType) == field:
        return row.body.postType
    of_thread = thread_files(row.body.thread)
    return next((each.kind for each in of_thread if each.field == field), None)


class FileUploader:
    """Stores files, none twice: a file with the same content that was stored lately is reused.

    So an import that was interrupted can be run again without storing its files again.
    """

    def __init__(self, with_storage: Callable[[], AppContext], organization_id: str) -> None:
        self._with_storage = with_storage
        self._context: AppContext | None = None
        self._organization_id = organization_id
        self._cached_upload: Callable[[Path, int, int], str] = lru_cache(CACHE_SIZE)(self._upload)

    def upload(self, file: LocalFile) -> str:
        """Store a file; its link. Raises ServiceError or OSError if it cannot be stored."""
        state = file.path.stat()
        return self._cached_upload(file.path, state.st_mtime_ns, state.st_size)

    def _upload(self, path: Path, _changed: int, _size: int) -> str:
        if self._context is None:
            self._context = self._with_storage()
        context = self._context
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        with context.database.read() as session:
            since = clock.now(session) - REUSABLE_FOR
            existing = stored_files.find_duplicate(session, self._organization_id, sha256, since)
        if existing is None:
            incoming = IncomingFile(path.name, "", _read_chunks(path))
            existing = asyncio.run(store_upload(context, self._organization_id, incoming))
        return stored_url(existing.id)


async def _read_chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_SIZE):
            yield chunk


def upload_all(uploader: FileUploader, row: Row, found: list[LocalFile]) -> None:
    """Store a row's files, and put their links into its body; failures become its problems."""
    links: dict[str, str] = {}
    for each in found:
        try:
            links[each.placeholder_link] = uploader.upload(each)
        except (ServiceError, OSError) as error:
            why = error.message if isinstance(error, ServiceError) else str(error.strerror)
            row.problems.append(
                FieldError(field=each.field, message=f"{each.original_link}: {why}")
            )
    replace_links(row, links)
