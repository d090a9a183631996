"""`slotbeat up`: everything in one process, for one machine."""

from contextlib import ExitStack, suppress
from typing import Annotated

import typer

from cli.common_options import JsonOption
from cli.output import console, fail, print_json

app = typer.Typer(add_completion=False)


@app.command()
def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
    as_json: JsonOption = False,
) -> None:
    """Run API, beat, worker and, unless a provider is set, the simulator in one process.

    Example: slotbeat up --port 8000
    """
    from api.bootstrap import open_storage
    from cli.all_in_one import listen, run_beat_and_worker, serve_api
    from cli.bootstrap import ensure_migrated, load_settings_or_fail
    from cli.own_simulator import build_simulator
    from config import logging_setup
    from config.settings import BadSettings
    from models.database import Database

    settings = load_settings_or_fail()
    logging_setup.configure(settings.log_format, settings.log_level, "up")
    try:
        open_storage(settings)
    except BadSettings as error:
        fail(f"Slotbeat cannot start:\n{error}", code=2)
    try:
        listener = listen(host, port)
    except OSError as error:
        fail(f"--host, --port: cannot listen on {host}:{port}: {error.strerror}", code=2)
    database = ensure_migrated(Database(settings.database_url))
    database.close()
    with ExitStack() as stack:
        if settings.provider == "simulator" and not settings.swonkie_base_url:
            simulator = stack.enter_context(build_simulator(settings))
            settings = load_settings_or_fail(swonkie_base_url=simulator.base_url)
        stack.enter_context(run_beat_and_worker(settings))
        address = f"http://{host}:{listener.getsockname()[1]}"
        with suppress(OSError):  # a full disk under its output is no reason to end
            _announce(address, settings.provider_url, as_json=as_json)
        serve_api(settings, listener)


def _announce(address: str, provider_url: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"url": address, "provider": provider_url})
        return
    console.print(
        f"Slotbeat listens on {address}, and posts to {provider_url} "
        f"(Ctrl-C ends it)\nCalendar page: {address}/ (sign in with an API key)",
        highlight=False,
        soft_wrap=True,
    )
