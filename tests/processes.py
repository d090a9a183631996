"""Starts, pauses and kills real processes for tests, and always ends them (Linux)."""

import atexit
import os
import pwd
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.wait import wait_until

_OWNER = os.getpid()
_started: set["Process"] = set()


class Process:
    """One running program, in its own session, with its output in a log file.

    It runs as soon as the object exists. `env` is its whole environment, by default
    the environment of the tests; `user` is the account to run as, for root only. An
    existing log is appended to; `output` begins with this process's first byte.

    The process is not reaped before `end`. Until then no other process can get its id
    or its group id, so a signal never reaches another process.
    """

    def __init__(
        self,
        args: Sequence[str | Path],
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
    ) -> None:
        self.args = [str(arg) for arg in args]
        self.log = log
        with log.open("ab") as stream:
            self._begin = stream.tell()
            self._popen = subprocess.Popen(
                self.args,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                # Python programs would otherwise buffer their lines.
                env={"PYTHONUNBUFFERED": "1", **(os.environ if env is None else env)},
                cwd=cwd,
                start_new_session=True,
                user=user,
                group=None if user is None else pwd.getpwnam(user).pw_gid,
                extra_groups=None if user is None else [],
            )
        self.pid = self._popen.pid
        self._ended = False
        _started.add(self)

    @property
    def returncode(self) -> int | None:
        """The exit status; the negative signal if a signal ended it; None while it runs."""
        if self._ended:
            return self._popen.returncode
        status = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if status is None:
            return None
        return status.si_status if status.si_code == os.CLD_EXITED else -status.si_status

    @property
    def running(self) -> bool:
        """Whether it has not exited; a paused process is running."""
        return self.returncode is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to this one process; nothing happens if it has exited."""
        if not self._ended:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL this one process and wait until it is dead; its children go on running."""
        self.signal(signal.SIGKILL)
        self.wait()

    def terminate(self) -> None:
        """Ask this one process to stop (SIGTERM), without waiting."""
        self.signal(signal.SIGTERM)

    def pause(self) -> None:
        """Freeze this one process (SIGSTOP); it keeps its locks and connections."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a paused process go on."""
        self.signal(signal.SIGCONT)

    def wait(self, timeout: float = 30) -> int:
        """Wait for the exit and return its status; AssertionError if there is none in time."""
        wait_until(lambda: not self.running, timeout, f"exit of {self}")
        return self.returncode or 0

    def output(self) -> str:
        """Everything that it has written so far, stdout and stderr in order."""
        with self.log.open("rb") as stream:
            stream.seek(self._begin)
            return stream.read().decode(errors="replace")

    def beginning(self, size: int = 20_000) -> str:
        """What it has written so far, but at most so many bytes."""
        with self.log.open("rb") as stream:
            stream.seek(self._begin)
            return stream.read(size).decode(errors="replace")

    def wait_for_line(self, text: str, timeout: float = 30) -> str:
        """Return the first complete line with `text`; fail at once if the process exits before."""

        def find() -> str | None:
            exited = not self.running  # read first: the last lines may be written in between
            lines = self.output().splitlines(keepends=True)
            found = next((line for line in lines if text in line and line.endswith("\n")), None)
            if found is None and exited:
                raise AssertionError(f"{self} exited without {text!r}; it wrote:\n{self.output()}")
            return found

        try:
            found = wait_until(find, timeout, f"{text!r} from {self}")
        except AssertionError as error:
            error.add_note(f"log: {self.log}\n{self.output()[-4000:]}")
            raise
        return (found or "").rstrip("\n")

    def end(self) -> None:
        """SIGKILL the whole process group and reap the process; harmless to repeat."""
        if self._ended:
            return
        os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        self._ended = True
        _started.discard(self)

    def __str__(self) -> str:
        return f"process {self.pid} ({' '.join(self.args)[:120]})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()


def _end_all() -> None:
    # A fork of this process inherits the set, but must not end the processes.
    if os.getpid() == _OWNER:
        for process in list(_started):
            process.end()


atexit.register(_end_all)
