"""The simulator that `slotbeat up` starts where no provider is set."""

import logging
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from cli.all_in_one import listen
from config.settings import Settings
from simulator import Options, Simulator

log = logging.getLogger(__name__)
EXAMPLES = Path(__file__).parent.parent / "examples"


def build_simulator(settings: Settings) -> Simulator:
    """The simulator, on the port that other commands expect, or on a free one if that is taken.

    Its database file is beside ours, so that both have the same posts.
    """
    database = make_url(settings.database_url).database
    folder = Path(database).parent if settings.is_sqlite and database else Path("var")
    folder.mkdir(0o700, parents=True, exist_ok=True)
    port = urlsplit(settings.provider_url).port or 0
    try:
        listen("127.0.0.1", port).close()
    except OSError:
        log.warning("port %s is taken: the simulator takes another", port)
        port = 0
    return Simulator(Options(port=port, state=folder / "simulator.db", media=EXAMPLES / "media"))
