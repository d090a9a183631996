"""The threads of a process that read and write media files.

They are apart from asyncio's own: a disk that many transfers keep busy must not delay the queries
that every call to a provider waits for.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
# Of one disk; a thread is started when all others are busy.
THREADS: Final = 8
_threads: Final = ThreadPoolExecutor(THREADS, thread_name_prefix="disk")


async def in_disk_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function that reads or writes a file."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, lambda: work(*args, **kwargs))
