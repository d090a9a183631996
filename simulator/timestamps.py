"""Instants are whole milliseconds since 1970 UTC inside, `2026-01-31T11:30:00.000Z` outside."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

Clock = Callable[[], int]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_WIRE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


def now_milliseconds() -> int:
    """The machine's time in milliseconds; the only clock of a running simulator."""
    return time.time_ns() // 1_000_000


def to_milliseconds(seconds: float) -> int:
    """Options are given in seconds, instants are kept in milliseconds."""
    return round(seconds * 1000)


def parse_instant(text: object) -> int:
    """Read the wire's one accepted form; ValueError for every other text or type."""
    if not isinstance(text, str) or not _WIRE.fullmatch(text):
        raise ValueError("must look like 2026-01-31T11:30:00.000Z")
    return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND


def format_instant(instant: int) -> str:
    """Write an instant as the wire does: UTC, milliseconds, `Z`."""
    moment = _EPOCH + instant * _MILLISECOND
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def format_optional_instant(instant: int | None) -> str | None:
    """Like `format_instant`, with JSON's null for "none"."""
    return None if instant is None else format_instant(instant)
