"""How much may still be written to a disk: a part of it is kept free, for the database and logs.

So a disk that callers' files have filled stops transfers and uploads, and not publishing.
"""

import shutil
from pathlib import Path


def room_in(folder: Path, reserve: int) -> int:
    """How many bytes may be written in a folder until only `reserve` bytes of its disk are free.
    Negative where fewer are free already. OSError where the disk cannot be asked."""
    return shutil.disk_usage(existing_folder(folder)).free - reserve


def existing_folder(path: Path) -> Path:
    """The folder, or for one that does not exist yet its first parent that exists."""
    return next(each for each in (path, *path.parents) if each.is_dir())
