"""Runs a worker, or a whole `slotbeat up`, that stops at the breakpoints that a test sets.

    BREAKPOINTS=folder python -m tests.faults.breakpoint_process celery -A worker.app worker
    BREAKPOINTS=folder CLOCK=file python -m tests.faults.breakpoint_process slotbeat up

Production code has no hooks for this: this module, and no other, wraps a few of its functions.
tests/faults/breakpoints.py explains breakpoints and sets them.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.faults import clock_offset

AsyncFunction = Callable[..., Awaitable[Any]]
MAX_DELAY = timedelta(seconds=5)
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class BreakpointFolder:
    """The breakpoints set in a folder, one file each: the process that renames the file hits it."""

    def __init__(self, folder: Path) -> None:
        self._armed, self._hit = folder / "armed", folder / "hit"
        self._armed.mkdir(exist_ok=True)
        self._hit.mkdir(exist_ok=True)

    @contextmanager
    def stop_at(self, step: str, moment: str, post_id: str) -> Iterator[Path | None]:
        """Die or freeze here, if this breakpoint is set for this post; afterwards write a file that
        says that the worker has gone on.

        Yields the path of a file if the worker must wait here: it goes on when the test has
        deleted the file.
        """
        hit, action = self._claim_breakpoint(f"{step}.{moment}", post_id)
        if action in SIGNALS:
            os.kill(os.getpid(), SIGNALS[action])
        try:
            yield hit if action == "hold" else None
        finally:  # what follows the breakpoint was done, or has failed
            if hit is not None:
                hit.with_name(f"over.{hit.name}").touch()

    @asynccontextmanager
    async def wait(self, step: str, moment: str, post_id: str) -> AsyncIterator[None]:
        """The same, without blocking the event loop while the worker waits."""
        with self.stop_at(step, moment, post_id) as hit:
            while hit is not None and hit.exists():  # noqa: ASYNC110  (no event: a file)
                await asyncio.sleep(0.02)
            yield

    def _claim_breakpoint(self, name: str, post_id: str) -> tuple[Path | None, str]:
        for action in ("hold", *SIGNALS):
            armed = self._armed / f"{name}.{action}"
            hit = self._hit / f"{armed.name}.{os.getpid()}"
            try:
                if armed.read_text() in ("", post_id):
                    armed.rename(hit)
                    return hit, action
            except FileNotFoundError:
                continue
        return None, ""


def install_breakpoints(breakpoints: BreakpointFolder) -> None:  # noqa: C901  (a list of small wrappers)
    """Wrap the functions that run and commit a step, so that this process stops at breakpoints."""
    from worker import app, outcome_writer  # noqa: PLC0415  (after the clock was set)
    from worker.jobs import publish_post  # noqa: PLC0415

    def with_short_delays(policy: Callable[..., Any]) -> Callable[..., Any]:
        # Waiting for minutes after an outage proves nothing more than waiting for seconds.
        return lambda settings: replace(policy(settings), max_delay=MAX_DELAY)

    def around_call(perform: AsyncFunction) -> AsyncFunction:
        async def performed(tools: Any, task: Any) -> Any:  # noqa: ANN401
            step, post_id = task.run_step.step.value, task.snapshot.post.id
            async with breakpoints.wait(step, "before_call", post_id):
                result = await perform(tools, task)
            async with breakpoints.wait(step, "after_call", post_id):
                return result

        return performed

    def in_commit(apply: Callable[..., Any]) -> Callable[..., Any]:
        def applied(session: Any, result: Any, *more: Any) -> Any:  # noqa: ANN401
            written = apply(session, result, *more)
            with breakpoints.stop_at(
                result.run_step.step.value, "in_commit", result.snapshot.post.id
            ):
                return written

        return applied

    def after_commit(advance: AsyncFunction) -> AsyncFunction:
        async def advanced(job: Any, results: Any, **more: Any) -> Any:  # noqa: ANN401
            plan = await advance(job, results, **more)
            for result in results:
                post_id = result.snapshot.post.id
                async with breakpoints.wait(result.run_step.step.value, "after_commit", post_id):
                    pass
            return plan

        return advanced

    _replace_function(app, "build_policy", with_short_delays)
    _replace_function(publish_post, "_take_step", around_call)
    _replace_function(outcome_writer, "write_outcome", in_commit)
    _replace_function(publish_post.PostJob, "_write_and_plan", after_commit)


def _replace_function(
    module: ModuleType | type, name: str, wrapper: Callable[[Any], object]
) -> None:
    if not hasattr(module, name):
        raise SystemExit(
            f"{module.__name__}.{name} is gone: change tests/faults/breakpoint_process.py as well"
        )
    setattr(module, name, wrapper(getattr(module, name)))


def main() -> None:
    """Set the clock, install the breakpoints, and run the command in this process."""
    clock_offset.follow(Path(os.environ.get("CLOCK", "no clock")))
    install_breakpoints(BreakpointFolder(Path(os.environ["BREAKPOINTS"])))
    sys.argv = sys.argv[1:]
    if Path(sys.argv[0]).name == "celery":
        from celery.__main__ import main as command  # noqa: PLC0415
    else:
        from cli.main import main as command  # noqa: PLC0415
    command()


if __name__ == "__main__":
    main()
