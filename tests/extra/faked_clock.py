"""A clock that a test sets while the processes run that read it (Debian's libfaketime)."""

from pathlib import Path

from tests.servers.postgres import Postgres

FOLDER = Path("/usr/lib")


class FakedClock:
    """The wall clock of every process that is started with `prefix`; monotonic clocks run on. Not
    for Python: with this library it cannot sleep."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.set(0)

    @property
    def prefix(self) -> list[str]:
        """What must stand before the command of a process that is to have this clock."""
        library = next(FOLDER.glob("*/faketime/libfaketime.so.1"), None)
        assert library, "libfaketime is missing: run `make test-extra`"
        settings = {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": self._file,
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }
        return ["env", *(f"{name}={value}" for name, value in settings.items())]

    def set(self, seconds: int) -> None:
        """Make the clock wrong by so much, at once for all processes."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}\n")
        draft.chmod(0o644)
        draft.rename(self._file)


class PostgresWithClock(Postgres):
    """A PostgreSQL whose clock a test sets."""

    def __init__(self) -> None:
        super().__init__(fsync=False)
        self.clock = FakedClock(self.directory)

    def _command(self) -> list[str | Path]:
        return [*self.clock.prefix, *super()._command()]
