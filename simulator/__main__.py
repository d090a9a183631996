"""`python -m simulator --port N`: a process that prints its address and stops on SIGTERM."""

import asyncio
import signal
import sys

from simulator.options import Options, parse_options
from simulator.server import serve


async def run(options: Options) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(options, stop, lambda port: _announce(options.host, port))


def _announce(host: str, port: int) -> None:
    # A parent process that gave port 0 reads the port from this line: write it at once.
    sys.stdout.write(f"simulator listening on http://{host}:{port}/v2\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(run(parse_options(sys.argv[1:])))
