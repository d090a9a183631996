"""How much, and how long, one media file may take."""

from dataclasses import dataclass

# One read, one write, one step of every checksum (bytes).
CHUNK_SIZE = 256 * 1024


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """`size` in bytes, the others in seconds.

    `stall` is the time in which each CHUNK must arrive: a source that sends a byte now and then
    keeps every read timeout happy, and would hold a worker for ever. `total` is for fetching and
    sending together.
    """

    size: int = 4 * 1024**3
    stall: float = 30
    total: float = 1800
    probe: float = 20
    redirects: int = 5
