"""Ctrl-C, heard where it does no harm: the rows at hand are committed first."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """Whether Ctrl-C was pressed. A second one ends the command at once."""

    def __init__(self, on_first: Callable[[], None]) -> None:
        self.came = False
        self._on_first = on_first

    def goes_on(self) -> bool:
        """Whether there is no reason to stop."""
        return not self.came

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """The signal."""
        if self.came:
            raise KeyboardInterrupt
        self.came = True
        self._on_first()


@contextmanager
def interrupt(on_first: Callable[[], None]) -> Iterator[Interrupt]:
    """Listen for Ctrl-C until the block ends."""
    heard = Interrupt(on_first)
    before = signal.signal(signal.SIGINT, heard)
    try:
        yield heard
    finally:
        signal.signal(signal.SIGINT, before)
