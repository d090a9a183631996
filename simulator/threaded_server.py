"""A server in a thread of its own, with its own event loop: for tests that embed a simulator."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Self


class ThreadedServer(ABC):
    """A server inside this process. Use it as a context manager, or `start()` and `stop()` it.

    After a stop it can be started again on the same port, as after an outage.
    """

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._thread: Thread | None = None
        self._stop: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    @abstractmethod
    async def _serve(self, stop: asyncio.Event, on_listening: Callable[[int], None]) -> None:
        """Serve on the port until `stop` is set; call `on_listening` with the port once open."""

    @property
    def port(self) -> int:
        """The port that it listens on; 0 before the start if any port will do."""
        return self._port

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://{self._host}:{self._port}"

    def start(self) -> None:
        """Return once it listens; raises the error of a failed start."""
        listening: Future[int] = Future()
        self._thread = Thread(
            target=self._run, args=(listening,), name=type(self).__name__, daemon=True
        )
        self._thread.start()
        self._port = listening.result()

    def stop(self) -> None:
        """Close the port; hanging calls are cut. Harmless when it is not running."""
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
            asyncio.run(self._serve_until_stopped(listening))
        except Exception as error:  # any error: `start` raises it in its caller
            if listening.done():
                raise
            listening.set_exception(error)

    async def _serve_until_stopped(self, listening: "Future[int]") -> None:
        stop = asyncio.Event()
        self._stop = (asyncio.get_running_loop(), stop)
        await self._serve(stop, listening.set_result)
