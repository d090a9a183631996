"""Runs a simulator: in this event loop until stopped, or in a thread of its own."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from aiohttp import web

from simulator.app import build_app
from simulator.domain.publisher import publish_forever
from simulator.options import Options
from simulator.state import SimulatorState, build_state
from simulator.threaded_server import ThreadedServer

# When the simulator stops, a running call gets this many seconds before it is cut.
_SHUTDOWN_TIMEOUT = 1.0


async def serve(options: Options, stop: asyncio.Event, on_listening: Callable[[int], None]) -> None:
    """Serve until `stop` is set; calls `on_listening` with the port once it is open.

    OSError when the port is taken, sqlite3.Error when the state cannot be opened.
    """
    state = build_state(options)
    runner = web.AppRunner(
        build_app(state),
        access_log=None,
        shutdown_timeout=_SHUTDOWN_TIMEOUT,
        # Bodies are hashed as they were sent.
        auto_decompress=False,
    )
    try:
        await runner.setup()
        await web.TCPSite(runner, options.host, options.port).start()
        on_listening(int(runner.addresses[0][1]))
        await _publish_until(stop, state)
    finally:
        state.stopping.set()
        await runner.cleanup()
        state.store.close()


async def _publish_until(stop: asyncio.Event, state: SimulatorState) -> None:
    """Run the publisher until `stop`; an error of the publisher ends the simulator."""
    publisher = asyncio.create_task(publish_forever(state))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({publisher, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if publisher.done():
            publisher.result()
    finally:
        publisher.cancel()
        stopped.cancel()


class Simulator(ThreadedServer):
    """A simulator inside this process.

    After a stop it can be started again on the same port: with a state file it continues where it
    stopped, as after an outage.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        super().__init__(self.options.host, self.options.port)

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT/v2`, the base URL for a client of the provider."""
        return f"{self.origin}/v2"

    async def _serve(self, stop: asyncio.Event, on_listening: Callable[[int], None]) -> None:
        await serve(replace(self.options, port=self.port), stop, on_listening)
