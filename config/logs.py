"""Logging to stderr, for every process alike."""

import logging
import re
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
# A calendar feed's address holds its key, and logs are read by many. The parameter's name may be
# written with percent signs too, so what belongs to such a name is hidden as well.
SECRET = re.compile(r"([?&](?:token|[^=&\s]*%[^=&\s]*)=)[^&\s]*", re.IGNORECASE)


def configure(level: int = logging.INFO) -> None:
    """Set the root logger up. Other people's libraries may not write links: some are signed."""
    logging.basicConfig(level=level, format=FORMAT, force=True)
    for name in ("httpx", "httpcore", "aiohttp.access", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns of every byte that is wrong in a form, and anybody may send one.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    hide_tokens()


def hide_tokens() -> None:
    """Let the web server write the addresses that it was asked for without the tokens in them."""
    access = logging.getLogger("uvicorn.access")
    if _without_tokens not in access.filters:
        access.addFilter(_without_tokens)


def _without_tokens(record: logging.LogRecord) -> bool:
    if isinstance(record.args, tuple):
        record.args = tuple(
            SECRET.sub(r"\1…", each) if isinstance(each, str) else each for each in record.args
        )
    return True


def to_file(path: Path, level: int = logging.INFO) -> None:
    """The same, into a file: for a command whose terminal shows something else."""
    configure(level)
    logging.basicConfig(filename=path, level=level, format=FORMAT, force=True)
