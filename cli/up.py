"""`slotbeat up`: everything in one process, for one machine."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from cli.embedded import listen, running, serve
from cli.opening import ready, settings_or_fail
from cli.output import Json, console, fail, print_json
from config import logs
from config.settings import Settings
from models.database import Database
from simulator import Options, Simulator

EXAMPLES = Path(__file__).parent.parent / "examples"


def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    as_json: Json = False,
) -> None:
    """Run API, beat, worker and, unless a provider is set, the simulator in one process.

    Example: slotbeat up --port 8000
    """
    settings = settings_or_fail()
    logs.configure()
    try:
        listener = listen(host, port)
    except OSError as error:
        fail(f"--host, --port: cannot listen on {host}:{port}: {error.strerror}", code=2)
    database = ready(Database(settings.database_url))
    database.close()
    with ExitStack() as stack:
        if settings.provider == "simulator" and not settings.swonkie_base_url:
            simulator = stack.enter_context(Simulator(_options(settings)))
            settings = settings_or_fail(swonkie_base_url=simulator.base_url)
        stack.enter_context(running(settings))
        address = f"http://{host}:{listener.getsockname()[1]}"
        if as_json:
            print_json({"url": address, "provider": settings.provider_url})
        else:
            console.print(f"Slotbeat listens on {address} (Ctrl-C ends it)", highlight=False)
        serve(settings, listener)


def _options(settings: Settings) -> Options:
    """The simulator's state lies beside the database, so that both remember the same posts."""
    database = make_url(settings.database_url).database
    folder = Path(database).parent if settings.is_sqlite and database else Path("var")
    folder.mkdir(parents=True, exist_ok=True)
    return Options(state=folder / "simulator.db", media=EXAMPLES / "media")
