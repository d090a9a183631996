"""`python -m simulator --port N`: a process that prints its address and stops on SIGTERM.

`--network bluesky` runs the sandbox of Bluesky's server instead of Swonkie's simulator.
"""

import argparse
import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence

from simulator.bluesky.options import SandboxOptions, parse_sandbox_options
from simulator.bluesky.server import serve as serve_bluesky
from simulator.bluesky.state import build_state
from simulator.options import Options, parse_options
from simulator.server import serve

# Serves until the event is set.
Serve = Callable[[asyncio.Event], Awaitable[None]]


def choose_server(arguments: Sequence[str]) -> Serve:
    """The server that the command line names; exits with a usage message when it is wrong."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--network", choices=("swonkie", "bluesky"), default="swonkie")
    chosen, rest = parser.parse_known_args(arguments)
    if chosen.network == "bluesky":
        return _bluesky(parse_sandbox_options(rest))
    return _swonkie(parse_options(rest))


async def run(server: Serve) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await server(stop)


def _swonkie(options: Options) -> Serve:
    return lambda stop: serve(options, stop, lambda port: _announce(options.host, port, "/v2"))


def _bluesky(options: SandboxOptions) -> Serve:
    state = build_state(options)
    return lambda stop: serve_bluesky(
        state, options.port, stop, lambda port: _announce(options.host, port, "")
    )


def _announce(host: str, port: int, path: str) -> None:
    # A parent process that gave port 0 reads the port from this line: write it at once.
    sys.stdout.write(f"simulator listening on http://{host}:{port}{path}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(run(choose_server(sys.argv[1:])))
