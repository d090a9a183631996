"""Record keys of posts (TIDs): 13 characters that sort by time."""

import itertools
import secrets
import time

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_CLOCK_ID = secrets.randbelow(1024)
# Microseconds since 1970; never the same twice in a process.
_next = itertools.count(time.time_ns() // 1000)


def new_tid() -> str:
    """A TID that no other call returns."""
    number = next(_next) << 10 | _CLOCK_ID
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(60, -1, -5))
