"""Writes that nobody in their transaction waits for: gathered, and sent as few statements.

What a worker writes about one post is a few columns here and a history row there; for many posts
in one transaction that is many statements of the same form. In a transaction that gathers, they
wait, and go out before any other statement of it runs, or at its end: so each of them is seen as
if it had been sent at once.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Executable, Table, event, insert, update
from sqlmodel import Session

from models.store.sql import bulk

SESSION_KEY = "gathered"


class WriteBuffer:
    """What waits in one transaction: new columns by row, and new rows."""

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
        """Run a statement with these parameters."""
        self._statements[statement].append(values)

    def flush(self) -> None:
        """Write what waits."""
        changes, self._updates = self._updates, {}
        rows, self._inserts = self._inserts, defaultdict(list)
        runs, self._statements = self._statements, defaultdict(list)
        alike: dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
        for (table, row_id), values in changes.items():
            alike[table, tuple(sorted(values))].append({"id": row_id, **values})
        for (table, names), changed in alike.items():
            ordered = [{name: row[name] for name in ("id", *names)} for row in changed]
            bulk.update_many(self._session, table, ordered)
        for table, new in rows.items():
            bulk.insert_many(self._session, table, new)
        for statement, parameters in runs.items():
            self._session.connection().execute(statement, parameters)


def buffer_writes(session: Session) -> WriteBuffer:
    """Let this session's transaction gather from now on; whoever asked sends at its end."""
    buffer = WriteBuffer(session)
    session.info[SESSION_KEY] = buffer

    def flush_first(*_: object) -> None:
        buffer.flush()

    event.listen(session.connection(), "before_execute", flush_first)
    return buffer


def update_row(session: Session, table: Table, row_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a row: at once, or with others in a transaction that gathers."""
    buffer: WriteBuffer | None = session.info.get(SESSION_KEY)
    if buffer is not None:
        buffer.update_row(table, row_id, values)
    elif values:
        statement = update(table).where(table.c.id == row_id).values(**values)
        session.connection().execute(statement)


def insert_rows(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert rows of the same columns, likewise."""
    buffer: WriteBuffer | None = session.info.get(SESSION_KEY)
    if buffer is not None:
        buffer.insert_rows(table, rows)
    elif rows:
        session.connection().execute(insert(table), rows)


def execute(session: Session, statement: Executable, values: Mapping[str, Any]) -> None:
    """Run a statement that returns nothing, likewise."""
    buffer: WriteBuffer | None = session.info.get(SESSION_KEY)
    if buffer is not None:
        buffer.execute(statement, values)
    else:
        session.connection().execute(statement, values)
