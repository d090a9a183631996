"""Checks that the storage of callers' own files answers."""

import asyncio
from pathlib import Path

from api.bootstrap import open_storage
from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import BadSettings, Settings
from media.object_storage import ObjectMissing, StorageUnavailable

NAME = "files"
FIX = "check SLOTBEAT_MEDIA_STORAGE, its keys and the network"


def check(settings: Settings) -> CheckResult:
    """Ask for an object that does not exist. The check does not create a missing folder."""
    folder = Path(settings.media_storage)
    if "://" not in settings.media_storage and not folder.exists() and _can_create(folder):
        return pass_check(NAME, f"{folder}, not created yet")
    try:
        asyncio.run(open_storage(settings).size("doctor"))
    except ObjectMissing:
        return pass_check(NAME, settings.media_storage)
    except StorageUnavailable as error:
        message = f"{settings.media_storage} does not answer, or refuses the keys ({error})"
        return fail_check(NAME, message, FIX)
    except BadSettings as error:
        return fail_check(NAME, str(error), FIX)
    return pass_check(NAME, settings.media_storage)


def _can_create(folder: Path) -> bool:
    return next(each for each in folder.absolute().parents if each.exists()).is_dir()
