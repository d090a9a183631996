"""Row ids: UUID version 7, so that they sort by the time at which they were made."""

import secrets
import threading
import time
from datetime import UTC, datetime


class _Uuid7Clock:
    """The bits behind an id's milliseconds: random, and within a millisecond ever greater."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = self._bits = 0

    def next(self) -> tuple[int, int]:
        """Milliseconds since 1970, and 74 bits."""
        at = time.time_ns() // 1_000_000
        with self._lock:
            # Room for many births: no millisecond sees so many that the bits run over.
            again = at == self._milliseconds
            step = 1 + secrets.randbits(48) if again else secrets.randbits(73)
            self._milliseconds, self._bits = at, self._bits + step if again else step
            return at, self._bits


_uuid7_clock = _Uuid7Clock()


def new_id() -> str:
    """A 32-digit hexadecimal id that sorts by its time of birth (UUID version 7's layout), and
    among those of one process and millisecond by their order.

    Random ids would scatter inserts over the whole index; these keep it dense.
    """
    milliseconds, bits = _uuid7_clock.next()
    value = (milliseconds << 80) | (0x7 << 76) | (bits >> 62 << 64) | (0x2 << 62)
    return f"{value | (bits & ((1 << 62) - 1)):032x}"


def min_id_at(at: datetime) -> str:
    """What the ids of those that are born from this instant on are greater than."""
    return f"{int(at.astimezone(UTC).timestamp() * 1000):012x}"
