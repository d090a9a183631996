"""Ctrl-C, heard where it does no harm: the rows at hand are committed first."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class InterruptHandler:
    """Whether Ctrl-C was pressed. A second one ends the command at once."""

    def __init__(self, on_first: Callable[[], None]) -> None:
        self.is_requested = False
        self._on_first = on_first

    def should_continue(self) -> bool:
        """Whether there is no reason to stop."""
        return not self.is_requested

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """The signal."""
        if self.is_requested:
            raise KeyboardInterrupt
        self.is_requested = True
        self._on_first()


@contextmanager
def handle_interrupt(on_first: Callable[[], None]) -> Iterator[InterruptHandler]:
    """Listen for Ctrl-C until the block ends."""
    handler = InterruptHandler(on_first)
    previous_handler = signal.signal(signal.SIGINT, handler)
    try:
        yield handler
    finally:
        signal.signal(signal.SIGINT, previous_handler)
