"""Checks that the folders we write to have free space, and that we may write there."""

import shutil
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from cli.doctor.check_result import CheckResult, fail_check, pass_check
from config.settings import Settings

NAME = "disk"
MIN_FREE_BYTES = 500 * 1000**2
GIGABYTE = 1000**3


def check(settings: Settings) -> CheckResult:
    """Check the folders of the database, of callers' files and of temporary files."""
    problems, free_space = [], []
    for folder in _folders(settings):
        problem, free = _write_problem(folder), shutil.disk_usage(folder).free
        free_space.append(f"{folder}: {free / GIGABYTE:.1f} GB free")
        if problem or free < MIN_FREE_BYTES:
            problems.append(problem or f"{folder} has only {free / GIGABYTE:.2f} GB free")
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
    existing = [next(each for each in (path, *path.parents) if each.is_dir()) for path in wanted]
    return list(dict.fromkeys(existing))


def _write_problem(folder: Path) -> str | None:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"slotbeat")
    except OSError as error:
        return f"cannot write in {folder}: {error.strerror}"
    return None
