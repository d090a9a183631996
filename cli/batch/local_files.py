"""Files of this machine that rows name: looked at, and kept as `POST media` keeps them.

A link without a scheme is a file's name, relative to the calendar's folder; so is `file:…`, where
signs may be percent-encoded. Where links are joined to a base, only `file:` names files.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from api.checks.media import FIELD_OF
from api.deps import Surroundings
from api.errors import ApiError, FieldError
from api.files.arriving import Arriving
from api.files.taking import CARRIED, take
from api.importing.rows import Row
from models import kinds
from models.files import MIN_FILE_RETENTION, StoredFile
from models.kinds import POST_TYPE_LABELS
from models.own_links import stored_url
from models.store import clock, files
from models.types import new_id

SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\")
PIECE = 1 << 20
# A file that came so lately is not pruned before its post is there.
USABLE = MIN_FILE_RETENTION - timedelta(hours=1)
REMEMBERED = 4_096


class Unusable(Exception):
    """A file that no post can carry; the text says why."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file as a row names it; `link` stands for it in the row until it is kept."""

    field: str
    written: str
    path: Path
    kind: kinds.FileType
    size: int
    link_id: str

    @property
    def link(self) -> str:
        """A link of ours, to a file that is not there yet."""
        return stored_url(self.link_id)

    def as_stored(self, organization_id: str) -> StoredFile:
        """The row that keeping it would make."""
        return StoredFile(
            id=self.link_id,
            organization_id=organization_id,
            name=self.path.name,
            content_type=self.kind.content_type,
            size=self.size,
            sha256="",
        )


def is_local(link: str) -> bool:
    """Whether a link names a file of this machine."""
    return link.lower().startswith("file:") or not SCHEME.match(link)


def look(row: Row, folder: Path, most: int) -> list[LocalFile]:
    """The files that a row names. They take their links' place in its body; what is wrong with
    them stands among its problems."""
    found: list[LocalFile] = []
    for field, link in row.links if row.body is not None else ():
        if not is_local(link):
            continue
        try:
            found.append(_looked_at(row, field, link, folder, most))
        except Unusable as error:
            row.problems.append(FieldError(field=field, message=f"{link[:200]}: {error}"))
    replace(row, {each.written: each.link for each in found})
    return found


def replace(row: Row, links: dict[str, str]) -> None:
    """Put links in the place of others."""
    if row.body is None or not links:
        return
    photos = [links.get(link, link) for link in row.body.photoUrls or []]
    changed: dict[str, object] = {"photoUrls": photos or row.body.photoUrls}
    for name in ("videoUrl", "documentUrl"):
        link = getattr(row.body, name)
        changed[name] = links.get(link, link)
    row.body = row.body.model_copy(update=changed)


def _looked_at(row: Row, field: str, link: str, folder: Path, most: int) -> LocalFile:
    path = folder / _name(link)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise Unusable("is no file")
        with path.open("rb") as file:
            head = file.read(kinds.SNIFF_BYTES)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "cannot be a file's name"
        raise Unusable(f"no file can be read there ({why}); looked in {folder.resolve()}") from None
    return LocalFile(field, link, path, _kind(row, field, head, path, size, most), size, new_id())


def _name(link: str) -> str:
    if not link.lower().startswith("file:"):
        return link
    parts = urlsplit(link)
    if parts.netloc not in ("", "localhost"):
        raise Unusable("names another machine; a file here is file:name or file:///folder/name")
    return unquote(parts.path)


def _kind(row: Row, field: str, head: bytes, path: Path, size: int, most: int) -> kinds.FileType:
    if not head:
        raise Unusable("is empty")
    if size > most:
        raise Unusable(f"has more than {most} bytes (SLOTBEAT_MEDIA_MAX_BYTES)")
    kind = kinds.detect(head, path.name)
    if kind is None:
        raise Unusable(f"is {kinds.sniff_content_type(head, path.name)}; {CARRIED}")
    post_type = row.body.postType if row.body is not None else ""
    if FIELD_OF.get(post_type) == field and kind.post_type != post_type:
        raise Unusable(f"is {kind.content_type}, not {POST_TYPE_LABELS[post_type]}")
    return kind


class Keeper:
    """Keeps files, and none of them twice: one with the same content that was kept lately is
    taken instead, whoever kept it, so that an import that was broken off can begin anew."""

    def __init__(self, storing: Callable[[], Surroundings], organization_id: str) -> None:
        self._storing = storing
        self._around: Surroundings | None = None
        self._owner = organization_id
        self._kept: Callable[[Path, int, int], str] = lru_cache(REMEMBERED)(self._keep)

    def keep(self, file: LocalFile) -> str:
        """The link to a file, once it is kept. ApiError or OSError where it cannot be."""
        state = file.path.stat()
        return self._kept(file.path, state.st_mtime_ns, state.st_size)

    def _keep(self, path: Path, _changed: int, _size: int) -> str:
        if self._around is None:
            self._around = self._storing()
        around = self._around
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        with around.database.read() as session:
            since = clock.now(session) - USABLE
            same = files.find_duplicate(session, self._owner, sha256, since)
        if same is None:
            arriving = Arriving(path.name, "", _pieces(path))
            same = asyncio.run(take(around, self._owner, arriving))
        return stored_url(same.id)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def keep_all(keeper: Keeper, row: Row, found: list[LocalFile]) -> None:
    """Keep a row's files, and put their links into its body; what fails is among its problems."""
    links: dict[str, str] = {}
    for each in found:
        try:
            links[each.link] = keeper.keep(each)
        except (ApiError, OSError) as error:
            why = error.message if isinstance(error, ApiError) else str(error.strerror)
            row.problems.append(FieldError(field=each.field, message=f"{each.written}: {why}"))
    replace(row, links)
