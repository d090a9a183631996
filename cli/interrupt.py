"""Safe handling of Ctrl-C: the command commits the current rows, then stops."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class InterruptHandler:
    """Records that Ctrl-C was pressed. A second one ends the command at once."""

    def __init__(self, on_first: Callable[[], None]) -> None:
        self.is_requested = False
        self._on_first = on_first

    def should_continue(self) -> bool:
        """False after Ctrl-C."""
        return not self.is_requested

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        """Handle the signal."""
        if self.is_requested:
            raise KeyboardInterrupt
        self.is_requested = True
        self._on_first()


@contextmanager
def handle_interrupt(on_first: Callable[[], None]) -> Iterator[InterruptHandler]:
    """Handle Ctrl-C until the block ends; `on_first` is called at the first one."""
    handler = InterruptHandler(on_first)
    previous_handler = signal.signal(signal.SIGINT, handler)
    try:
        yield handler
    finally:
        signal.signal(signal.SIGINT, previous_handler)
