"""The part of the disk that the media files of a process may take while they pass through.

Two things bound it: a number of bytes, and a reserve of the disk that stays free. What is left is
the room. An organization's files may grow while they take less than SHARE times the room, so
whoever is alone gets three quarters of it, and whoever comes late finds some (dynamic thresholds:
Choudhury and Hahne, 1998). So no source without an end fills the disk, or keeps others' files out.
"""

import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from media.disk_space import room_in
from provider.errors import NoSpace

DEFAULT_LIMIT: Final = 32 * 1024**3
SHARE: Final = 3
# When a file that found no room is fetched again (s).
RETRY_DELAY: Final = 30.0


class SpoolSpace:
    """One in each process. `limit`: bytes of all files together; `reserve`: bytes of the disk that
    stay free. Thread-safe."""

    def __init__(
        self, limit: int = DEFAULT_LIMIT, reserve: int = 0, folder: Path | None = None
    ) -> None:
        self._limit, self._reserve = limit, reserve
        self._folder = folder or Path(tempfile.gettempdir())
        self._taken: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def taken(self) -> int:
        """How many bytes all files have."""
        return self._taken.total()

    @contextmanager
    def open_claim(self, organization_id: str) -> Iterator["SpaceClaim"]:
        """The space of one file, which is free again at the end of the block."""
        claim = SpaceClaim(self, organization_id)
        try:
            yield claim
        finally:
            self._give_back(claim)

    def take(self, organization_id: str, size: int) -> None:
        """Count so many bytes more of an organization. NoSpace where there is no room for them;
        OSError where the disk cannot be asked."""
        on_disk = room_in(self._folder, self._reserve)
        with self._lock:
            room = min(self._limit - self._taken.total(), on_disk) - size
            if room < 0:
                raise NoSpace("the disk for files under way is full", RETRY_DELAY)
            if self._taken[organization_id] + size > SHARE * room:
                sentence = "the organization's files under way fill its part of the disk"
                raise NoSpace(f"{sentence}; this one goes on when others have passed", RETRY_DELAY)
            self._taken[organization_id] += size

    def _give_back(self, claim: "SpaceClaim") -> None:
        with self._lock:
            self._taken[claim.organization_id] -= claim.size
            self._taken += Counter()  # forgets who has none


@dataclass(slots=True)
class SpaceClaim:
    """The space (bytes) of one file."""

    space: SpoolSpace
    organization_id: str
    size: int = 0

    def grow_to(self, size: int) -> None:
        """Take what is missing of so many bytes. Raises as `SpoolSpace.take` does."""
        if size > self.size:
            self.space.take(self.organization_id, size - self.size)
            self.size = size
