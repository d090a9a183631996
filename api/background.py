"""Work that a request leaves behind: nobody waits for it, and it may be lost."""

import asyncio
import logging
from collections.abc import Callable
from typing import ParamSpec

from fastapi.concurrency import run_in_threadpool

P = ParamSpec("P")
log = logging.getLogger(__name__)
_RUNNING: set[asyncio.Task[None]] = set()  # the loop itself would not keep them


def run_later(work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    """Run it in a thread, beside the request. What fails is logged, without its text, and is no
    reason for the request to fail."""
    task = asyncio.create_task(_run(work, *args, **kwargs))
    _RUNNING.add(task)
    task.add_done_callback(_RUNNING.discard)


async def _run(work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
    try:
        await run_in_threadpool(work, *args, **kwargs)
    except Exception as error:  # noqa: BLE001  (nobody else would see it)
        log.warning("not written: %s (%s)", getattr(work, "__name__", work), type(error).__name__)
