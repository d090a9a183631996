"""Measures the duration of a video.

A bad file may crash the library that reads it, or keep it busy for ever, and a thread cannot be
stopped. So a separate process reads it, without our environment.
"""

import asyncio
import math
import sys
from pathlib import Path
from typing import IO

from provider.errors import GiveUp
from worker.media_fetch.child_process import TURNS, kill_process
from worker.media_fetch.requirements import FileRequirements

PROBE = Path(__file__).with_name("probe_process.py")
# What the process says by its exit code.
OVERSTATED = 3


async def check_min_duration(
    video: IO[bytes], demuxer: str, required: FileRequirements, limit: float
) -> None:
    """GiveUp where a video is shorter than is required, or not measured in `limit` seconds."""
    async with TURNS.take(required.organization_id):
        duration = await measure_duration(video, demuxer, limit)
    min_seconds = required.min_seconds
    if duration < min_seconds:
        raise GiveUp(
            f"the video lasts {duration:.1f} s; this organization's minimum is {min_seconds} s"
            " (minimumVideoDurationSeconds)"
        )


async def measure_duration(video: IO[bytes], demuxer: str, limit: float) -> float:
    """The duration (s) of a video on disk, by its own header."""
    video.seek(0)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(PROBE), demuxer),
        stdin=video,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={},
    )
    try:
        async with asyncio.timeout(limit):
            output, _ = await process.communicate()
    except TimeoutError as error:
        raise GiveUp(f"the video's duration cannot be read in {limit:g} s") from error
    finally:
        await kill_process(process)
    if process.returncode == OVERSTATED:
        raise GiveUp("the video is damaged: it claims more pictures than it has bytes")
    return _parse_seconds(output)


def _parse_seconds(output: bytes) -> float:
    """The number that the process printed; GiveUp without one."""
    try:
        seconds = float(output)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise GiveUp("the video's duration cannot be read: the file is damaged, or no video")
    return seconds
