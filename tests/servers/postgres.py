"""A private PostgreSQL server."""

import os
import secrets
from pathlib import Path
from signal import SIGINT, SIGKILL
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.processes import Process
from tests.servers.binaries import Source, postgres_binaries
from tests.servers.procfs import alive, children, state
from tests.servers.server import Server
from tests.servers.server_account import (
    run,
    runnable_programs,
    service_account,
    temporary_directory,
)
from tests.wait import wait_until

USER = "postgres"


class Postgres(Server):
    """PostgreSQL with trust for all on loopback, and commits that reach the disk.

    `fsync=False` is faster and still survives `kill`, but not a power cut.
    `source` allows the programs of the machine or of the wheels only.
    """

    stop_signal = SIGINT  # fast shutdown: clients are disconnected, data is written

    def __init__(self, *, fsync: bool = True, source: Source | None = None) -> None:
        programs, self.source = postgres_binaries(source)
        account = service_account()
        super().__init__(temporary_directory("slotbeat-postgres-", account), account)
        self._fsync = fsync
        self._data = self.directory / "data"
        self._programs = runnable_programs(programs, self.directory, account)
        self._initialise()

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy address of a database of this server."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str = "template1") -> str:
        """Create a database with a name of its own and return its address.

        It is empty, or a copy of the database named `template`, which must have no clients.
        """
        name = f"test_{secrets.token_hex(8)}"
        names = sql.Identifier(name), sql.Identifier(template)
        self._administer(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop the database at this address, if it exists; its clients are disconnected."""
        name = sql.Identifier(urlsplit(url).path.removeprefix("/"))
        self._administer(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def restart(self) -> None:
        """Stop if it runs, and start on the same port with the same data."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """SIGKILL the whole server, children first; what was committed is not lost."""
        if self.running:
            self._kill_children(self.process)
        super().kill()

    def _kill_children(self, postmaster: Process) -> None:
        # Paused first: it can neither start nor reap children then, so each id below
        # still belongs to its child when the signal is sent.
        postmaster.pause()
        wait_until(lambda: state(postmaster.pid) in "TZ", what="pause of PostgreSQL")
        backends = children(postmaster.pid)
        for pid in backends:
            os.kill(pid, SIGKILL)
        # PostgreSQL refuses to restart while one of them still uses the shared memory.
        wait_until(lambda: not any(map(alive, backends)), what="death of PostgreSQL's children")

    def _initialise(self) -> None:
        options = [f"--username={USER}", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        program = self._programs / "initdb"
        command = [str(program), "--no-sync", *options, "-D", str(self._data)]
        result = run(command, self._account, self.directory)
        if result.returncode != 0:
            self.close()
            raise RuntimeError(f"initdb failed:\n{result.stdout}")

    def _command(self) -> list[str | Path]:
        on_or_off = "on" if self._fsync else "off"
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "shared_buffers": "32MB",
            # In the data directory: a killed server leaves nothing in /dev/shm,
            # which is small in containers anyway.
            "dynamic_shared_memory_type": "mmap",
            "fsync": on_or_off,
            "full_page_writes": on_or_off,
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        arguments = [part for name in settings for part in ("-c", f"{name}={settings[name]}")]
        return [self._programs / "postgres", "-D", self._data, *arguments]

    def _answers(self) -> bool:
        try:
            self._administer(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def _administer(self, statement: sql.SQL | sql.Composed) -> None:
        address = self.url().replace("+psycopg", "", 1)
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
            connection.execute(statement)
