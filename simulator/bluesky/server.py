"""Runs a sandbox: in this event loop until stopped, or in a thread of its own."""

import asyncio
from collections.abc import Callable

from aiohttp import web

from simulator.bluesky.app import build_app
from simulator.bluesky.options import SandboxOptions
from simulator.bluesky.state import SandboxState, build_state
from simulator.threaded_server import ThreadedServer

# When the sandbox stops, a running call gets this many seconds before it is cut.
_SHUTDOWN_TIMEOUT = 1.0


async def serve(
    state: SandboxState, port: int, stop: asyncio.Event, on_listening: Callable[[int], None]
) -> None:
    """Serve until `stop` is set; calls `on_listening` with the port once it is open.

    OSError when the port is taken.
    """
    state.stopping = asyncio.Event()
    runner = web.AppRunner(build_app(state), access_log=None, shutdown_timeout=_SHUTDOWN_TIMEOUT)
    try:
        await runner.setup()
        await web.TCPSite(runner, state.options.host, port).start()
        port = int(runner.addresses[0][1])
        state.url = f"http://localhost:{port}"
        on_listening(port)
        await stop.wait()
    finally:
        state.stopping.set()
        await runner.cleanup()


class BlueskySandbox(ThreadedServer):
    """A sandbox inside this process.

    After a stop it can be started again on the same port with all that it had, as after an outage.
    """

    def __init__(self, options: SandboxOptions | None = None) -> None:
        self.options = options or SandboxOptions()
        self._state = build_state(self.options)
        super().__init__(self.options.host, self.options.port)

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`: the address of the PDS, and of its directory of DIDs."""
        return self.origin

    async def _serve(self, stop: asyncio.Event, on_listening: Callable[[int], None]) -> None:
        await serve(self._state, self.port, stop, on_listening)
