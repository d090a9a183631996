"""The base class of private servers: a directory, a port, a process, start, stop and kill."""

import atexit
import os
import shutil
from abc import ABC, abstractmethod
from pathlib import Path
from signal import Signals
from typing import ClassVar, Self

from tests.processes import Process
from tests.servers.ports import free_port
from tests.servers.server_account import server_environment
from tests.wait import wait_until


class Server(ABC):
    """A real server on a free loopback port; `close` deletes it with its data.

    `close` is called at the exit of the interpreter at the latest.
    """

    stop_signal: ClassVar[Signals]

    def __init__(self, directory: Path, account: str | None) -> None:
        self.directory = directory
        self.port = free_port()
        self._account = account
        self._owner = os.getpid()
        self._process: Process | None = None
        atexit.register(self.close)

    @abstractmethod
    def _command(self) -> list[str | Path]:
        """The command that runs the server in the foreground."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether the server serves clients now."""

    @property
    def running(self) -> bool:
        """Whether the server's main process runs."""
        return self._process is not None and self._process.running

    @property
    def process(self) -> Process:
        """The server's main process, to pause it or read its log."""
        if self._process is None:
            raise RuntimeError(f"{type(self).__name__} was not started")
        return self._process

    def start(self) -> None:
        """Start and return when the server answers; nothing happens if it runs already.

        Raises:
            AssertionError: it did not start; contains the server's log.
        """
        if self.running:
            return
        self._process = Process(
            self._command(),
            log=self.directory / "server.log",
            env=server_environment(),
            cwd=self.directory,
            user=self._account,
        )
        try:
            wait_until(self._ready, 60, f"answer of {self._process}")
        except AssertionError as error:
            error.add_note(self._process.output()[-4000:])
            self.kill()
            raise

    def _ready(self) -> bool:
        if not self.running:
            raise AssertionError(f"{self._process} exited at its start")
        return self._answers()

    def stop(self) -> None:
        """Shut down cleanly; clients are disconnected."""
        if self._process is None:
            return
        self._process.signal(self.stop_signal)
        self._process.resume()  # a paused server would never read the signal
        self._process.wait()
        self._process.end()

    def revive(self) -> None:
        """Make it answer again after a fault test failed and left it killed or paused."""
        self.start()
        self.process.resume()

    def kill(self) -> None:
        """End at once, as a crash does; return when all its processes are gone."""
        if self._process is not None:
            self._process.end()

    def close(self) -> None:
        """Stop, and delete all data. The object cannot be used afterwards."""
        # A fork of the test session has a copy of this object, but does not own the server.
        if os.getpid() != self._owner:
            return
        atexit.unregister(self.close)
        try:
            self.stop()
        finally:
            self.kill()
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
