"""The installation's secret key: from the environment, or in a file beside a SQLite database."""

import os
import secrets
import tempfile
from pathlib import Path

from sqlalchemy.engine import make_url

from config.settings import BadSettings, Settings
from config.values import MIN_SECRET


def secret_key(settings: Settings) -> str:
    """The secret key; SQLite: created at first use, in a file that only its owner can read.

    BadSettings where there is none. Beat and Flower need none, and never ask.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    if not settings.is_sqlite:
        raise BadSettings(
            "SLOTBEAT_SECRET_KEY: must be set with PostgreSQL, to one long random text for all "
            "processes, such as the output of: openssl rand -hex 32"
        )
    database = Path(make_url(settings.database_url).database or "")
    return _read_or_create(database.with_name(database.name + ".key"))


def secret_keys(settings: Settings) -> list[str]:
    """The secret key, followed by the previous keys, which can only decrypt."""
    previous = settings.secret_key_previous
    keys = previous.get_secret_value().split(",") if previous else []
    return [secret_key(settings), *(key.strip() for key in keys if key.strip())]


def _read_or_create(path: Path) -> str:
    try:
        if not path.exists():
            _create(path)
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise BadSettings(f"SLOTBEAT_DATABASE_URL: cannot keep {path}: {error.strerror}") from error
    if len(key) < MIN_SECRET:
        raise BadSettings(
            f"SLOTBEAT_DATABASE_URL: {path} must hold a key of at least {MIN_SECRET} characters; "
            "restore it from a backup"
        )
    return key


def _create(path: Path) -> None:
    """Write the whole file before it gets its name: another process may create it too."""
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as draft:
        draft.write(secrets.token_hex(32))
        draft.flush()
        try:
            os.link(draft.name, path)
        except FileExistsError:
            return
