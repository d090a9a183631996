"""The disks of this machine that are written to: is there room, and may we write?"""

import shutil
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from cli.doctor.finding import Finding, ill, well
from config.settings import Settings

CHECK = "disk"
LEAST = 500 * 1000**2
GIGA = 1000**3


def look(settings: Settings) -> Finding:
    """The folders of the database, of callers' files and of temporary files."""
    ills, rooms = [], []
    for folder in _folders(settings):
        trouble, free = _trouble(folder), shutil.disk_usage(folder).free
        rooms.append(f"{folder}: {free / GIGA:.1f} GB free")
        if trouble or free < LEAST:
            ills.append(trouble or f"{folder} has only {free / GIGA:.2f} GB free")
    if ills:
        return ill(CHECK, "; ".join(ills), "free some space, or give this user the right to write")
    return well(CHECK, "; ".join(rooms))


def _folders(settings: Settings) -> list[Path]:
    """Each once; of one that is not made yet, the folder in which it will be."""
    wanted = [Path(tempfile.gettempdir())]
    if settings.is_sqlite:
        wanted.append(Path(make_url(settings.database_url).database or "").absolute().parent)
    if "://" not in settings.media_storage:
        wanted.append(Path(settings.media_storage).absolute())
    found = [next(each for each in (path, *path.parents) if each.is_dir()) for path in wanted]
    return list(dict.fromkeys(found))


def _trouble(folder: Path) -> str | None:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"slotbeat")
    except OSError as error:
        return f"cannot write in {folder}: {error.strerror}"
    return None
