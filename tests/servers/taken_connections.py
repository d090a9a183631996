"""Takes all connections that a PostgreSQL has, as too many processes do."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg

from tests.servers.postgres import Postgres

# Ends the connections of all others, which then find no free one.
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE backend_type = 'client backend' AND application_name <> current_setting(%s)"
)
NAME = "taken by a test"


@contextmanager
def taken_connections(server: Postgres) -> Iterator[None]:
    """Nobody else has a connection, and nobody gets one."""
    address = server.url().replace("+psycopg", "", 1)
    with ExitStack() as held:

        def take_free() -> int:
            count = 0
            while True:
                try:
                    link = psycopg.connect(address, autocommit=True, application_name=NAME)
                except psycopg.OperationalError:
                    return count
                held.enter_context(link)
                count += 1

        admin = held.enter_context(psycopg.connect(address, autocommit=True, application_name=NAME))
        take_free()
        # The others connect anew at the same time; each round leaves them fewer.
        while admin.execute(END_OTHERS, ["application_name"]).rowcount + take_free():
            pass
        yield
