"""Converts HEIF and AVIF photos, which most networks do not take, to JPEG or PNG.

A bad file may crash the library that reads it, or keep it busy for ever, and a thread cannot be
stopped. So a separate process reads it, without our environment.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final
from weakref import WeakKeyDictionary

from provider.errors import GiveUp
from worker.media_fetch import spool
from worker.media_fetch.child_process import kill_process

CONVERTED_TYPES: Final = frozenset({"image/heic", "image/heif", "image/avif"})
PROCESS: Final = Path(__file__).with_name("convert_process.py")
ADVICE: Final = "save it as JPEG or PNG"
DAMAGED: Final = f"cannot be read: it is damaged or incomplete; {ADVICE}"
# What the process says by its exit code.
REASONS: Final = {
    3: "is animated; make a video or a GIF of it",
    4: f"has more than 64 million pixels; make it smaller, or {ADVICE}",
}
# Each process may need much memory, so few run at once, for each event loop.
MAX_PROCESSES: Final = 2
_turns: "WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]" = WeakKeyDictionary()


async def convert_photo(photo: IO[bytes], content_type: str, limit: float) -> AsyncIterator[bytes]:
    """The bytes of the photo as JPEG, or as PNG where it is transparent. GiveUp where it cannot be
    converted in `limit` seconds."""
    with TemporaryFile(prefix="slotbeat-") as output:
        async with _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(MAX_PROCESSES)):
            code = await _run_process(photo, output, limit)
        if code != 0:
            raise GiveUp(f"the photo ({content_type}) {REASONS.get(code, DAMAGED)}")
        async for chunk in spool.read_file(output):
            yield chunk


async def _run_process(photo: IO[bytes], output: IO[bytes], limit: float) -> int:
    """The exit code."""
    photo.seek(0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(PROCESS)),
        stdin=photo,
        stdout=output,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(limit):
            return await process.wait()
    except TimeoutError as error:
        raise GiveUp(f"the photo cannot be converted in {limit:g} s; {ADVICE}") from error
    finally:
        await kill_process(process)
