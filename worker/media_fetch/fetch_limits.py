"""Limits on the size of one media file, and on the time to fetch it."""

from dataclasses import dataclass, field

from provider.errors import Retry
from worker.media_fetch.spool_space import SpoolSpace

# The size (bytes) of one read or write.
CHUNK_SIZE = 64 * 1024


class SlowSource(Retry):
    """The media source sends too slowly."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """`size` in bytes, `redirects` a number, the others in seconds.

    `stall`: a source may be silent for so long. `min_rate` (bytes/s): and may be so far behind this
    rate; a read timeout is not enough, because a source that sends single bytes would never reach
    it. `total`: for fetching and sending together.
    `probe`: for reading a video's duration. `convert`: for the conversion of a photo, and for
    making it smaller. `scale_images`: whether a photo that is too large for its network is made
    smaller. `space`: of the disk, which all files share.
    """

    size: int = 4 * 1024**3
    stall: float = 30
    min_rate: float = 64 * 1024
    total: float = 1800
    probe: float = 20
    convert: float = 60
    redirects: int = 10
    scale_images: bool = True
    space: SpoolSpace = field(default_factory=SpoolSpace)
