"""A real file system of a few megabytes, which a test can fill."""

import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.paths import ROOT
from tests.processes import Process

CHUNK = 1 << 12


class SmallDisk:
    """A tmpfs in a mount namespace of its own, so that it is gone with the last process in it.

    `path` is where processes find it that are started with `prefix` before their command; what
    these write to stderr goes to its file `log`. `folder` is the same place for the test itself.
    Only root may mount: elsewhere the start fails.
    """

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.path = folder / "small"
        self.path.mkdir()
        mount = f"mount -t tmpfs -o size={megabytes}m,mode=700 tmpfs {self.path} && echo mounted"
        hold = ["unshare", "--mount", "sh", "-c", f"{mount} && exec sleep infinity"]
        self._holder = Process(hold, folder / "mount.log")
        self.folder = Path(f"/proc/{self._holder.pid}/root{self.path}")
        self._ballast = self.folder / "ballast"

    def __enter__(self) -> Self:
        self._holder.wait_for_line("mounted")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            error.add_note(f"--- log on the small disk\n{self.log()[-6000:]}")
        self._holder.end()

    @property
    def prefix(self) -> list[str]:
        """What must stand before the command of a process that is to see this disk."""
        enter = ["nsenter", f"--target={self._holder.pid}", "--mount", f"--wd={ROOT}"]
        return [*enter, "sh", "-c", f'exec 2>>{self.path / "log"}; exec "$@"', "sh"]

    def log(self) -> str:
        """What the processes wrote to stderr, as far as there was room for it."""
        return (self.folder / "log").read_text(errors="replace")

    def fill(self, leave: int = 0) -> None:
        """Write until so many bytes are free; with 0 until the disk refuses a byte."""
        with self._ballast.open("ab", buffering=0) as file:
            if leave:
                file.write(bytes(shutil.disk_usage(self.folder).free - leave))
                return
            with suppress(OSError):
                while True:
                    file.write(bytes(CHUNK))

    def free_space(self) -> None:
        """Delete what `fill` wrote."""
        self._ballast.unlink()
