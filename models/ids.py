"""Row ids: UUID version 7, so that they sort by the time at which they were made."""

import secrets
import threading
import time
from datetime import UTC, datetime


class _Uuid7Clock:
    """The 74 bits after an id's milliseconds: random, and increasing within one millisecond."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = self._bits = 0

    def next(self) -> tuple[int, int]:
        """Milliseconds since 1970, and 74 bits."""
        at = time.time_ns() // 1_000_000
        with self._lock:
            # 48-bit steps leave enough room: the counter cannot overflow within a millisecond.
            is_same = at == self._milliseconds
            step = 1 + secrets.randbits(48) if is_same else secrets.randbits(73)
            self._milliseconds, self._bits = at, self._bits + step if is_same else step
            return at, self._bits


_uuid7_clock = _Uuid7Clock()


def new_id() -> str:
    """A new id of 32 hexadecimal digits (a UUID version 7 without dashes), sorted by creation time.

    Ids that one process makes within one millisecond sort in the order in which they were made.
    Random ids would scatter inserts over the whole index; these ids keep the index dense.
    """
    milliseconds, bits = _uuid7_clock.next()
    value = (milliseconds << 80) | (0x7 << 76) | (bits >> 62 << 64) | (0x2 << 62)
    return f"{value | (bits & ((1 << 62) - 1)):032x}"


def min_id_at(at: datetime) -> str:
    """A lower bound: every id that is made at this instant or later is greater than this text."""
    return f"{int(at.astimezone(UTC).timestamp() * 1000):012x}"


def created_at(id_: str) -> datetime:
    """When an id was made."""
    return datetime.fromtimestamp(int(id_[:12], 16) / 1000, UTC)
