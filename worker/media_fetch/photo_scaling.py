"""Makes photos small enough for a network that limits the size of a file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import IO, Final

from provider.errors import GiveUp
from worker.media_fetch import spool
from worker.media_fetch.disk_threads import in_disk_thread
from worker.media_fetch.fetch_limits import FetchLimits
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
    original: Spool, max_bytes: int, organization_id: str, limits: FetchLimits
) -> AsyncIterator[FittingPhoto]:
    """The photo, or a smaller copy where it has more than `max_bytes`.

    The copy is upright and has no metadata: of lower quality, and of fewer pixels where that is not
    enough. GiveUp where there can be no copy within `limits.convert` seconds, or none is wanted.
    """
    if original.size <= max_bytes:
        size = await _measure(original, max_bytes, organization_id, limits.convert)
        yield FittingPhoto(original, *size)
        return
    too_large = f"has {format_size(original.size)}, and {format_size(max_bytes)} are possible"
    if not limits.scale_images:
        raise GiveUp(f"the photo {too_large}; make it smaller, or set {SETTING}=1")
    arguments = ("scale", str(max_bytes))
    process = run_photo_process(original.file, organization_id, limits.convert, *arguments)
    async with process as (code, output):
        if code != 0:
            reason = SCALING_REASONS.get(code, DAMAGED)
            raise GiveUp(f"the photo {too_large}, but it {reason}; make it smaller")
        width, height = await _read_size(output)
        rest, fitting = spool.read_rest(output), replace(limits, size=max_bytes)
        async with spool.spool_to_disk(rest, fitting, organization_id) as smaller:
            sizes = f"{format_size(original.size)} to {format_size(smaller.size)}"
            yield FittingPhoto(smaller, width, height, f"scaled down from {sizes}")


async def _measure(
    photo: Spool, max_bytes: int, organization_id: str, limit: float
) -> tuple[int | None, int | None]:
    """Width and height. A photo that cannot be measured is for its network to judge."""
    try:
        process = run_photo_process(photo.file, organization_id, limit, "scale", str(max_bytes))
        async with process as (code, output):
            return await _read_size(output) if code == 0 else (None, None)
    except GiveUp:
        return None, None


async def _read_size(output: IO[bytes]) -> tuple[int, int]:
    """The first line of the process; what follows is read next."""
    await in_disk_thread(output.seek, 0)
    line = await in_disk_thread(output.readline, MAX_LINE)
    width, height = (int(each) for each in line.split())
    return width, height


def format_size(size: int) -> str:
    """A number of bytes for people: 5.1 MB."""
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.1f} kB"
