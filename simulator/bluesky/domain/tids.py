"""Keys that sort by time (TIDs): of posts and of commits."""

import re
from typing import Final

_ALPHABET: Final = "234567abcdefghijklmnopqrstuvwxyz"
_TID: Final = re.compile(r"[234567a-j][234567a-z]{12}")


def is_tid(text: str) -> bool:
    """Whether a text is a TID, of any time."""
    return _TID.fullmatch(text) is not None


class TidClock:
    """Gives TIDs, each later than the one before."""

    def __init__(self) -> None:
        self._last = 0

    def next_tid(self, milliseconds: int) -> str:
        """The TID of this instant (since 1970), or just after the last one."""
        self._last = max(milliseconds * 1000, self._last + 1)
        number = self._last << 10
        return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))
