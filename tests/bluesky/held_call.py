"""A call that a proxy holds back until a test releases it."""

import asyncio
from concurrent.futures import Future
from threading import Event


class HeldCall:
    """A call that the proxy holds back: it has left the client, and the server has not seen it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._arrived, self._answer = Event(), Future[int]()
        self._release: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def wait_for_arrival(self, timeout: float = 30) -> None:
        """Return when the call is here; AssertionError if it does not come within `timeout` s."""
        assert self._arrived.wait(timeout), f"no {self.name} came within {timeout} s"

    def release(self, timeout: float = 30) -> int:
        """Send the call to the server; the status of the server's answer.

        The client gets the answer too, if it still waits for it.
        """
        assert self._release is not None, f"{self.name} has not arrived"
        loop, event = self._release
        loop.call_soon_threadsafe(event.set)
        return self._answer.result(timeout)

    async def hold(self) -> None:
        """Wait for the release (called by the proxy)."""
        event = asyncio.Event()
        self._release = asyncio.get_running_loop(), event
        self._arrived.set()
        await event.wait()

    def answered(self, status: int) -> None:
        """Hand the answer's status to whoever released the call (called by the proxy)."""
        self._answer.set_result(status)
