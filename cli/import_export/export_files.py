"""Writes the organization's own files to a folder, for an export that links to them."""

import asyncio
import os
from pathlib import Path
from urllib.parse import quote

from media.object_storage import ObjectMissing, ObjectStorage
from media.stored_urls import file_id_from_url


class ExportedFiles:
    """The folder of the files, each written once. Links to them are relative to `relative_to`."""

    def __init__(self, folder: Path, relative_to: Path | None, storage: ObjectStorage) -> None:
        self._folder = folder
        self._relative_to = relative_to
        self._storage = storage
        # The links of files that are missing in the storage.
        self.missing: list[str] = []

    def export_link(self, link: str) -> str:
        """The `file:` link of an own file; the same link for others and for a missing file.
        StorageUnavailable where the storage does not answer: the file may well be there."""
        file_id = file_id_from_url(link)
        if file_id is None:
            return link
        name = link.rpartition("/")[2]
        path = self._folder / (file_id + Path(name).suffix)
        if not path.exists() and not asyncio.run(self._write(file_id, path)):
            self.missing.append(link)
            return link
        exported_path = (
            path.resolve()
            if self._relative_to is None
            else os.path.relpath(path, self._relative_to)
        )
        return "file:" + quote(str(exported_path))

    async def _write(self, file_id: str, path: Path) -> bool:
        path.parent.mkdir(0o700, parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".part")
        try:
            size = await self._storage.size(file_id)
            partial.touch(0o600)  # private files of people, as in the storage
            with partial.open("wb") as out:
                async for chunk in self._storage.read_chunks(file_id, size):
                    out.write(chunk)
            partial.replace(path)
        except ObjectMissing:
            return False
        finally:
            partial.unlink(missing_ok=True)
        return True
