"""Logging to stderr, for every process alike."""

import logging

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure(level: int = logging.INFO) -> None:
    """Set the root logger up. Other people's libraries may not write links: some are signed."""
    logging.basicConfig(level=level, format=FORMAT, force=True)
    for name in ("httpx", "httpcore", "aiohttp.access", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
