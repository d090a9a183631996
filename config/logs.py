"""Logging to stderr, for every process alike."""

import logging
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure(level: int = logging.INFO) -> None:
    """Set the root logger up. Other people's libraries may not write links: some are signed."""
    logging.basicConfig(level=level, format=FORMAT, force=True)
    for name in ("httpx", "httpcore", "aiohttp.access", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def to_file(path: Path, level: int = logging.INFO) -> None:
    """The same, into a file: for a command whose terminal shows something else."""
    configure(level)
    logging.basicConfig(filename=path, level=level, format=FORMAT, force=True)
