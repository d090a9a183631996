"""Checks that the folders we write to have free space, and that we may write there."""

import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import PREFIX, Settings
from media.disk_space import existing_folder, room_in

NAME = "disk"
GIGABYTE = 1000**3


def check(settings: Settings) -> CheckResult:
    """Check the folders of the database, of callers' files and of temporary files."""
    problems, free_space = [], []
    for folder in _folders(settings):
        free = room_in(folder, 0)
        free_space.append(f"{folder}: {free / GIGABYTE:.1f} GB free")
        problem = _write_problem(folder) or _space_problem(folder, free, settings.disk_reserve)
        problems += [problem] if problem else []
    if problems:
        return fail_check(
            NAME, "; ".join(problems), "free some space, or give this user permission to write"
        )
    return pass_check(NAME, "; ".join(free_space))


def _folders(settings: Settings) -> list[Path]:
    """Each folder once; for one that does not exist yet, its first parent that exists."""
    wanted = [Path(tempfile.gettempdir())]
    if settings.is_sqlite:
        wanted.append(Path(make_url(settings.database_url).database or "").absolute().parent)
    if "://" not in settings.media_storage:
        wanted.append(Path(settings.media_storage).absolute())
    return list(dict.fromkeys(map(existing_folder, wanted)))


def _space_problem(folder: Path, free: int, reserve: int) -> str | None:
    if free >= reserve:
        return None
    return (
        f"{folder} has only {free / GIGABYTE:.2f} GB free, less than {PREFIX}DISK_RESERVE"
        f" ({reserve / GIGABYTE:.2f} GB): files are neither accepted nor passed on"
    )


def _write_problem(folder: Path) -> str | None:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"slotbeat")
    except OSError as error:
        return f"cannot write in {folder}: {error.strerror}"
    return None
