"""A write buffer: a group commit sends the writes of many posts in few statements.

For each post a worker writes a few columns and a history row. For many posts in one transaction
these are many statements of the same form. In a session with a buffer (`buffer_writes`) they are
collected, and sent before any other statement runs and at the end: so every statement sees them.
In a session without a buffer they are sent at once.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, Table, event, insert, update
from sqlmodel import Session

from models.store.sql import bulk

# Key in `session.info`.
SESSION_KEY = "write_buffer"


class WriteBuffer:
    """The collected writes of one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._updates: dict[tuple[Table, str], dict[str, Any]] = {}
        self._inserts: dict[Table, list[Mapping[str, Any]]] = defaultdict(list)
        self._statements: dict[Executable, list[Mapping[str, Any]]] = defaultdict(list)

    def update_row(self, table: Table, row_id: str, values: Mapping[str, Any]) -> None:
        """Set columns of the row with this id; a later value of a column wins."""
        self._updates.setdefault((table, row_id), {}).update(values)

    def insert_rows(self, table: Table, rows: list[dict[str, Any]]) -> None:
        """Insert rows."""
        self._inserts[table] += rows

    def execute(self, statement: Executable, values: Mapping[str, Any]) -> None:
        """Run a statement that returns nothing, with these parameters."""
        self._statements[statement].append(values)

    def flush(self) -> None:
        """Send the collected writes."""
        updates, self._updates = self._updates, {}
        inserts, self._inserts = self._inserts, defaultdict(list)
        statements, self._statements = self._statements, defaultdict(list)
        by_columns: dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
        for (table, row_id), values in updates.items():
            by_columns[table, tuple(sorted(values))].append({"id": row_id, **values})
        for (table, names), changed in by_columns.items():
            ordered = [{name: row[name] for name in ("id", *names)} for row in changed]
            bulk.update_many(self._session, table, ordered)
        for table, rows in inserts.items():
            bulk.insert_many(self._session, table, rows)
        for statement, parameters in statements.items():
            self._session.connection().execute(statement, parameters)


def buffer_writes(session: Session) -> WriteBuffer:
    """Buffer writes of this session's transaction from now on; the caller flushes at its end."""
    buffer = WriteBuffer(session)
    session.info[SESSION_KEY] = buffer

    def flush_first(*_: object) -> None:
        buffer.flush()

    event.listen(session.connection(), "before_execute", flush_first)
    return buffer


def update_row(session: Session, table: Table, row_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a row: through the session's buffer if it has one, else at once."""
    buffer: WriteBuffer | None = session.info.get(SESSION_KEY)
    if buffer is not None:
        buffer.update_row(table, row_id, values)
    elif values:
        statement = update(table).where(table.c.id == row_id).values(**values)
        session.connection().execute(statement)


def insert_rows(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows with the same columns: through the buffer or at once."""
    buffer: WriteBuffer | None = session.info.get(SESSION_KEY)
    if buffer is not None:
        buffer.insert_rows(table, rows)
    elif rows:
        session.connection().execute(insert(table), rows)


def execute(session: Session, statement: Executable, values: Mapping[str, Any]) -> None:
    """Run a statement that returns nothing: through the buffer or at once."""
    buffer: WriteBuffer | None = session.info.get(SESSION_KEY)
    if buffer is not None:
        buffer.execute(statement, values)
    else:
        session.connection().execute(statement, values)
