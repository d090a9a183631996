"""Runs the process that changes a photo.

A bad file may crash the library that reads it, or keep it busy for ever, and a thread cannot be
stopped. So a separate process reads it, without our environment.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

from provider.errors import GiveUp
from worker.media_fetch.child_process import TURNS, kill_process

PROCESS: Final = Path(__file__).with_name("photo_process.py")
ADVICE: Final = "save it as JPEG or PNG"
DAMAGED: Final = f"cannot be read: it is damaged or incomplete; {ADVICE}"
# What the process says by its exit code.
REASONS: Final = {
    3: "is animated; make a video or a GIF of it",
    4: f"has more than 64 million pixels; make it smaller, or {ADVICE}",
}


@asynccontextmanager
async def run_photo_process(
    photo: IO[bytes], organization_id: str, limit: float, *arguments: str
) -> AsyncIterator[tuple[int, IO[bytes]]]:
    """The exit code of the process with these arguments, and its output. GiveUp where it takes more
    than `limit` seconds."""
    with TemporaryFile(prefix="slotbeat-") as output:
        async with TURNS.take(organization_id):
            code = await _run(photo, output, limit, arguments)
        yield code, output


async def _run(
    photo: IO[bytes], output: IO[bytes], limit: float, arguments: tuple[str, ...]
) -> int:
    photo.seek(0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(PROCESS), *arguments),
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
