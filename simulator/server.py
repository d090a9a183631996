"""Runs a simulator: in this event loop until stopped, or in a thread of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from types import TracebackType
from typing import Self

from aiohttp import web

from simulator.app import build_app
from simulator.domain.publisher import publish_forever
from simulator.options import Options
from simulator.state import SimulatorState, build_state

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


class Simulator:
    """A simulator inside this process, in its own thread with its own event loop.

    Use it as a context manager, or `start()` and `stop()` it. After a stop it can be started
    again on the same port: with a state file it continues where it stopped, as after an outage.
    """

    def __init__(self, options: Options | None = None) -> None:
        self.options = options or Options()
        self._port = 0
        self._thread: Thread | None = None
        self._stop: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    @property
    def port(self) -> int:
        """The port that it listens on; 0 before the start."""
        return self._port

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:PORT`, the base of `/media/` and `/_simulator/`."""
        return f"http://{self.options.host}:{self._port}"

    @property
    def base_url(self) -> str:
        """`http://127.0.0.1:PORT/v2`, the base URL for a client of the provider."""
        return f"{self.origin}/v2"

    def start(self) -> None:
        """Return once it listens; raises the error of a failed start (see `serve`)."""
        listening: Future[int] = Future()
        self._thread = Thread(target=self._run, args=(listening,), name="simulator", daemon=True)
        self._thread.start()
        self._port = listening.result()

    def stop(self) -> None:
        """Close the port and the state; hanging calls are cut. Harmless when it is not running."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self._stop is not None:
            loop, stop = self._stop
            # The loop may have ended by itself.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(stop.set)
        thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self, listening: "Future[int]") -> None:
        try:
            asyncio.run(self._serve(listening))
        except Exception as error:  # any error: `start` raises it in its caller
            if listening.done():
                raise
            listening.set_exception(error)

    async def _serve(self, listening: "Future[int]") -> None:
        stop = asyncio.Event()
        self._stop = (asyncio.get_running_loop(), stop)
        options = replace(self.options, port=self.options.port or self._port)
        await serve(options, stop, listening.set_result)
