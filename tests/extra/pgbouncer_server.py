"""A private PgBouncer in transaction mode, before a private PostgreSQL."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGTERM
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.servers.postgres import USER, Postgres
from tests.servers.server import Server
from tests.servers.server_account import service_account, temporary_directory

# PgBouncer's own database, which shows what it does.
CONSOLE = "pgbouncer"
SETTINGS = """\
[databases]
* = host=127.0.0.1 port={server_port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
admin_users = {user}
pool_mode = transaction
default_pool_size = {pool_size}
max_client_conn = 200
query_wait_timeout = {query_wait}
server_login_retry = 1
"""


def find_pgbouncer() -> Path:
    """The program; AssertionError if it is not installed."""
    path = f"{os.environ['PATH']}:/usr/sbin"  # where Debian has it, outside of a user's path
    found = shutil.which("pgbouncer", path=path)
    assert found, "pgbouncer is missing: run `make test-extra`"
    return Path(found)


class PgBouncer(Server):
    """A pooler: each transaction may get another one of few server connections.

    It refuses to run as root, so it has the account of PostgreSQL. `query_wait`: how long (s) a
    client waits for a server connection.
    """

    stop_signal = SIGTERM

    def __init__(self, postgres: Postgres, pool_size: int = 4, query_wait: int = 120) -> None:
        account = service_account()
        super().__init__(temporary_directory("slotbeat-pgbouncer-", account), account)
        self._settings = self.directory / "pgbouncer.ini"
        self._settings.write_text(
            SETTINGS.format(
                server_port=postgres.port,
                port=self.port,
                user=USER,
                pool_size=pool_size,
                query_wait=query_wait,
            )
        )

    def url(self, database: str) -> str:
        """The SQLAlchemy address of a database of PostgreSQL, through the pooler."""
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{database}"

    def show(self, what: str) -> list[dict[str, Any]]:
        """The rows of one of PgBouncer's own SHOW commands."""
        with self._console() as cursor:
            return list(cursor.execute(f"SHOW {what}").fetchall())

    def command(self, command: str) -> None:
        """Run one of PgBouncer's own commands, such as PAUSE."""
        with self._console() as cursor:
            cursor.execute(command)

    @contextmanager
    def _console(self) -> Iterator["psycopg.ClientCursor[dict[str, Any]]"]:
        address = self.url(CONSOLE).replace("+psycopg", "", 1)
        with psycopg.connect(address, autocommit=True, connect_timeout=10) as connection:
            # The console understands simple queries alone.
            yield psycopg.ClientCursor(connection, row_factory=dict_row)

    def _command(self) -> list[str | Path]:
        return [find_pgbouncer(), self._settings]

    def _answers(self) -> bool:
        try:
            self.show("VERSION")
        except psycopg.OperationalError:
            return False
        return True
