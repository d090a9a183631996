"""Record keys of posts: TIDs, derived from the post's marker. Pure.

A TID is a 64-bit number in 13 characters that sort as the number does: the time in µs since 1970
(53 bits), then a clock id (10 bits). Readers expect the time to be near the post's, so it lies in
the 19 hours before the delivery was made. All other bits come from the marker's hash: the key can
be computed again after the database was restored.
https://atproto.com/specs/tid
"""

import hashlib
import re
from datetime import UTC, datetime
from typing import Final

DIGITS: Final = "234567abcdefghijklmnopqrstuvwxyz"
LENGTH: Final = 13
CLOCK_BITS: Final = 10
# 2^36 µs are 19 hours.
OFFSET_BITS: Final = 36
# Of other markers: 2^46 µs are 2.2 years.
FREE_BITS: Final = 46
FREE_START: Final = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
MOST_MICROSECONDS: Final = (1 << 53) - 1
# Of a thread: the first post, and those that follow it.
MOST_POSTS: Final = 26
_MARKER: Final = re.compile(r"slotbeat:[^:]*:([0-9a-f]{12})[0-9a-f]{20}")
_TID: Final = re.compile(r"[2-7a-j][2-7a-z]{12}")


def first_key(marker: str) -> str:
    """The key of the first record of the post with this marker."""
    bits = int.from_bytes(hashlib.sha256(marker.encode()).digest()[:8])
    clock_id, random = bits % (1 << CLOCK_BITS), bits >> CLOCK_BITS
    return encode(_microseconds(marker, random), clock_id)


def thread_keys(first: str, number: int) -> list[str]:
    """The keys of a thread's first `number` records: those of the following microseconds."""
    microseconds, clock_id = decode(first)
    return [encode(microseconds + index, clock_id) for index in range(number)]


def encode(microseconds: int, clock_id: int) -> str:
    """The TID of a time (µs since 1970) and a clock id."""
    value = microseconds << CLOCK_BITS | clock_id
    return "".join(DIGITS[value >> 5 * place & 31] for place in reversed(range(LENGTH)))


def decode(key: str) -> tuple[int, int]:
    """The time and the clock id of a TID; ValueError for a text that is none."""
    if not _TID.fullmatch(key):
        raise ValueError(f"{key!r} is no key of a post")
    value = 0
    for digit in key:
        value = value << 5 | DIGITS.index(digit)
    return value >> CLOCK_BITS, value & ((1 << CLOCK_BITS) - 1)


def _microseconds(marker: str, random: int) -> int:
    """A time before the delivery was made; in a range of old times where a marker names none."""
    delivery = _MARKER.fullmatch(marker)
    made = int(delivery[1], 16) * 1000 if delivery else 0
    # Between: enough room for the offset before it, and for the rest of a thread after it.
    if FREE_START <= made <= MOST_MICROSECONDS - MOST_POSTS:
        return made - 1 - random % (1 << OFFSET_BITS)
    return FREE_START + random % (1 << FREE_BITS)
