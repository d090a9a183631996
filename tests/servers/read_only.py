"""Puts PostgreSQL into the state of a standby: it answers reads and refuses writes."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from models.database import Database
from tests.wait import wait_until


@contextmanager
def read_only_server(database: Database) -> Iterator[None]:
    """Every session of the database's whole server only reads, those that are open too."""
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as admin:
        _switch(admin, "on")
        try:
            yield
        finally:
            _switch(admin, "off")


def _switch(admin: "psycopg.Connection[tuple[str]]", value: str) -> None:
    change = sql.SQL("ALTER SYSTEM SET default_transaction_read_only = {}")
    admin.execute("SET default_transaction_read_only = off")
    admin.execute(change.format(sql.Literal(value)))
    admin.execute("RESET default_transaction_read_only")
    admin.execute("SELECT pg_reload_conf()")
    shown = "SHOW default_transaction_read_only"
    wait_until(lambda: (admin.execute(shown).fetchone() or ("",))[0] == value, what="the setting")


def demote_pool(database: Database, count: int = 1) -> None:
    """Leave `count` open connections in the pool that lead to a server that only reads; the next
    new one leads to one that writes, as after a failover."""
    connections = [database.engine.connect() for _ in range(count)]
    for connection in connections:
        connection.exec_driver_sql("SET SESSION default_transaction_read_only = on")
        connection.commit()
    for connection in connections:
        connection.close()
