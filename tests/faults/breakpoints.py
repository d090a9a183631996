"""Sets breakpoints, at which a worker process dies, freezes or waits.

A breakpoint is at a step boundary, which is a step and a moment: `before_call` (the intent is
committed), `after_call` (the provider has answered, the answer is not stored), `in_commit` (inside
the transaction that stores it; for signals only) or `after_commit` (the outcome is committed, and
the intent of the next step with it). A breakpoint is a file and acts once: on the first worker
that reaches it and renames the file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.stack import Stack
from tests.processes import Process
from tests.servers.procfs import state
from tests.wait import wait_until

BREAKPOINT_MOMENTS = ("before_call", "after_call", "after_commit")


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """One breakpoint: no worker has reached it yet, or one has."""

    stack: Stack
    name: str

    @property
    def process(self) -> Process | None:
        """The process that has reached the breakpoint; None until one has."""
        pid = next((int(hit.name.rpartition(".")[2]) for hit in self._hits()), None)
        running = self.stack.processes.values()
        return next((process for process in running if process.pid == pid), None)

    @property
    def is_hit(self) -> bool:
        """Whether a worker has died, is frozen or waits here."""
        return bool(self._hits())

    def wait(self, timeout: float = 60) -> Process:
        """Wait until a process has reached the breakpoint and is dead, frozen or waiting."""
        wait_until(lambda: self.is_hit, timeout, f"a worker at {self.name}")
        process = self.process
        assert process is not None, "it was replaced already"
        settled: dict[str, Callable[[], bool]] = {
            "kill": lambda: not process.running,
            "stop": lambda: state(process.pid) == "T",
            "hold": lambda: True,
        }
        wait_until(settled[self.name.rpartition(".")[2]], 30, f"its end at {self.name}")
        return process

    def resume_worker(self) -> None:
        """Let the worker that is stopped here go on; returns when its next action is done."""
        process = self.process
        for hit in self._hits():
            hit.unlink()
        if process is not None:
            process.resume()
        over = self.stack.folder / "hit"
        wait_until(lambda: list(over.glob(f"over.{self.name}.*")), 60, f"what follows {self.name}")

    def forget(self) -> None:
        """Forget the processes that died here earlier."""
        for hit in self._hits() if self.name.endswith(".kill") else ():
            hit.unlink()

    def _hits(self) -> list[Path]:
        return list((self.stack.folder / "hit").glob(self.name + ".*"))


def set_breakpoint(
    stack: Stack, step: str, moment: str, action: str, post_id: str = ""
) -> Breakpoint:
    """Make the next worker there die (`kill`), freeze (`stop`) or wait with its claim (`hold`).

    With `post_id`, only when it works on this post.
    """
    name = f"{step}.{moment}.{action}"
    folder = stack.folder / "armed"
    folder.mkdir(exist_ok=True)
    draft = stack.folder / f"{name}.draft"
    draft.write_text(post_id)
    found = Breakpoint(stack, name)
    found.forget()
    draft.rename(folder / name)
    return found
