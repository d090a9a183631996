"""Makes photos small enough for a network that limits the size of a file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, Final

from provider.errors import GiveUp
from worker.media_fetch import spool
from worker.media_fetch.photo_runner import DAMAGED, REASONS, run_photo_process
from worker.media_fetch.spool import Spool

SETTING: Final = "SLOTBEAT_SCALE_IMAGES"
SCALING_REASONS: Final = {
    **REASONS,
    3: "is animated, and a smaller copy would not move",
    5: "cannot be made so small",
}
# Of the line with the width and the height.
MAX_LINE: Final = 32


@dataclass(frozen=True, slots=True)
class FittingPhoto:
    """A photo of at most the wanted size: its file, the width and height (pixels) at which it is
    seen, None where they are unknown, and what was done to it, if anything."""

    file: Spool
    width: int | None = None
    height: int | None = None
    note: str | None = None


@asynccontextmanager
async def fit_photo(
    original: Spool, max_bytes: int, limit: float, *, scales: bool = True
) -> AsyncIterator[FittingPhoto]:
    """The photo, or a smaller copy where it has more than `max_bytes`.

    The copy is upright and has no metadata: of lower quality, and of fewer pixels where that is not
    enough. GiveUp where there can be no copy within `limit` seconds, or `scales` is False.
    """
    if original.size <= max_bytes:
        yield FittingPhoto(original, *await _measure(original, max_bytes, limit))
        return
    too_large = f"has {format_size(original.size)}, and {format_size(max_bytes)} are possible"
    if not scales:
        raise GiveUp(f"the photo {too_large}; make it smaller, or set {SETTING}=1")
    process = run_photo_process(original.file, limit, "scale", str(max_bytes))
    async with process as (code, output):
        if code != 0:
            reason = SCALING_REASONS.get(code, DAMAGED)
            raise GiveUp(f"the photo {too_large}, but it {reason}; make it smaller")
        width, height = await _read_size(output)
        async with spool.spool_to_disk(spool.read_rest(output), max_bytes) as smaller:
            sizes = f"{format_size(original.size)} to {format_size(smaller.size)}"
            yield FittingPhoto(smaller, width, height, f"scaled down from {sizes}")


async def _measure(photo: Spool, max_bytes: int, limit: float) -> tuple[int | None, int | None]:
    """Width and height. A photo that cannot be measured is for its network to judge."""
    try:
        async with run_photo_process(photo.file, limit, "scale", str(max_bytes)) as (code, output):
            return await _read_size(output) if code == 0 else (None, None)
    except GiveUp:
        return None, None


async def _read_size(output: IO[bytes]) -> tuple[int, int]:
    """The first line of the process; what follows is read next."""
    await asyncio.to_thread(output.seek, 0)
    line = await asyncio.to_thread(output.readline, MAX_LINE)
    width, height = (int(each) for each in line.split())
    return width, height


def format_size(size: int) -> str:
    """A number of bytes for people: 5.1 MB."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"
