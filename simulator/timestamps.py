"""Instants: whole milliseconds since 1970 UTC in here, `2026-01-31T11:30:00.000Z` on the wire."""

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
    """The machine's time in milliseconds; the clock of a running simulator."""
    return time.time_ns() // 1_000_000


def to_milliseconds(seconds: float) -> int:
    """Seconds (of the options) as milliseconds (of instants)."""
    return round(seconds * 1000)


def parse_instant(text: object) -> int:
    """Parse the wire form; ValueError for every other text or type."""
    if not isinstance(text, str) or not _WIRE.fullmatch(text):
        raise ValueError("must look like 2026-01-31T11:30:00.000Z")
    return (datetime.fromisoformat(text) - _EPOCH) // _MILLISECOND


def format_instant(instant: int) -> str:
    """The wire form of an instant: UTC, milliseconds, `Z`."""
    moment = _EPOCH + instant * _MILLISECOND
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def format_optional_instant(instant: int | None) -> str | None:
    """Like `format_instant`; None (JSON's null) for None."""
    return None if instant is None else format_instant(instant)
