"""Files of the organization's own, written out beside an export that names them."""

import asyncio
import os
from pathlib import Path
from urllib.parse import quote

from models.own_links import file_id_from_url
from storage import ObjectMissing, ObjectStorage, StorageUnavailable


class FileFolder:
    """A folder that such files are written to, each once; `beside`: where the export stands."""

    def __init__(self, folder: Path, beside: Path | None, storage: ObjectStorage) -> None:
        self._folder = folder
        self._beside = beside
        self._storage = storage
        # Files that are nowhere any more, by their links.
        self.lost: list[str] = []

    def link(self, link: str) -> str:
        """What names the file in the export: the link itself where the file is gone."""
        file_id = file_id_from_url(link)
        if file_id is None:
            return link
        name = link.rpartition("/")[2]
        path = self._folder / (file_id + Path(name).suffix)
        if not path.exists() and not asyncio.run(self._write(file_id, path)):
            self.lost.append(link)
            return link
        named = path.resolve() if self._beside is None else os.path.relpath(path, self._beside)
        return "file:" + quote(str(named))

    async def _write(self, file_id: str, path: Path) -> bool:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        try:
            size = await self._storage.size(file_id)
            with part.open("wb") as out:
                async for piece in self._storage.read_chunks(file_id, size):
                    out.write(piece)
            part.replace(path)
        except (ObjectMissing, StorageUnavailable):
            part.unlink(missing_ok=True)
            return False
        return True
