"""The storage of callers' own files."""

import asyncio
from pathlib import Path

from api.opening import open_storage
from cli.doctor.finding import Finding, ill, well
from config.settings import BadSettings, Settings
from storage import ObjectMissing, StorageUnavailable

CHECK = "files"
MEND = "look at SLOTBEAT_MEDIA_STORAGE, its keys and the network"


def look(settings: Settings) -> Finding:
    """Whether it answers; no object has this name. A folder is not made by looking at it."""
    folder = Path(settings.media_storage)
    if "://" not in settings.media_storage and not folder.exists() and _can_be(folder):
        return well(CHECK, f"{folder}, not made yet")
    try:
        asyncio.run(open_storage(settings).size("doctor"))
    except ObjectMissing:
        return well(CHECK, settings.media_storage)
    except StorageUnavailable as error:
        words = f"{settings.media_storage} does not answer, or refuses the keys ({error})"
        return ill(CHECK, words, MEND)
    except BadSettings as error:
        return ill(CHECK, str(error), MEND)
    return well(CHECK, settings.media_storage)


def _can_be(folder: Path) -> bool:
    return next(each for each in folder.absolute().parents if each.exists()).is_dir()
