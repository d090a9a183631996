"""Keeps the files of an SQLite database to their owner, whatever the umask is."""

import os
import stat
from pathlib import Path

PRIVATE_FILE, PRIVATE_FOLDER = 0o600, 0o700
# SQLite gives a new one the mode of the database's file.
COMPANIONS = ("", "-wal", "-shm", "-journal")


def make_private(database: Path) -> None:
    """Create the database's file for its owner only, or take others' rights from existing ones.

    Files of another owner stay as they are. An error is left to SQLite, which says more.
    """
    try:
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE_FILE))
    except OSError:
        for suffix in COMPANIONS:
            _tighten(database.with_name(database.name + suffix))


def _tighten(path: Path) -> None:
    try:
        found = path.stat()
        is_open = bool(found.st_mode & (stat.S_IRWXG | stat.S_IRWXO))
        if stat.S_ISREG(found.st_mode) and is_open and found.st_uid == os.geteuid():
            path.chmod(stat.S_IMODE(found.st_mode) & stat.S_IRWXU)
    except OSError:
        return
