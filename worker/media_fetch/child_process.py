"""The processes that read a file which may be made to crash or fill its reader: one at a time, and
their end.

An engine takes one core, and such a process may take another and a GiB: with a worker process for
each core (--concurrency) there is at most one of them a core, too.
"""

import asyncio
from contextlib import AbstractAsyncContextManager, suppress
from typing import Final
from weakref import WeakKeyDictionary

from worker.fair_semaphore import FairSemaphore


class ProcessTurns:
    """One process at a time, for each event loop, whatever it reads. Organizations take turns, so
    that a hundred bad files of one delay another's by a single process."""

    def __init__(self) -> None:
        self._places: WeakKeyDictionary[asyncio.AbstractEventLoop, FairSemaphore] = (
            WeakKeyDictionary()
        )

    def take(self, organization_id: str) -> AbstractAsyncContextManager[None]:
        """A turn, which ends with the block."""
        places = self._places.setdefault(asyncio.get_running_loop(), FairSemaphore(1, 0))
        return places.hold(organization_id)


TURNS: Final = ProcessTurns()


async def kill_process(process: asyncio.subprocess.Process) -> None:
    """Kill a process that still runs, and wait for its end."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
