"""An event loop whose time jumps to the next timer instead of waiting for it."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


# Even a wait of 0 takes a little time (s), so that a loop until a time limit ends.
MIN_TIME_STEP = 1e-6


class VirtualTimeSelector(selectors.DefaultSelector):
    """Never waits: the seconds that the loop would wait for are added to `now`."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """The ready events. AssertionError when nothing can happen any more."""
        assert timeout is not None, "everybody waits, and no timer is set"
        self.now += max(timeout, MIN_TIME_STEP)
        return super().select(0)


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """`time()` is the sum of the waits of a test."""

    def __init__(self) -> None:
        self._jumping = VirtualTimeSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Seconds since the loop was created."""
        return self._jumping.now


def run_in_virtual_time(work: Coroutine[Any, Any, T]) -> T:
    """Run a test's coroutine in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(work)
