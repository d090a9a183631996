"""Many rows in one statement: a JSON text on PostgreSQL, a prepared statement's loop on SQLite.

JSON, because the driver writes one long text faster than thousands of parameters.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, text, update
from sqlmodel import Session

from models.store.sql.upsert import dialect_insert

Row = Mapping[str, Any]
T = TypeVar("T")
# Databases limit the parameters of one statement.
IDS_PER_QUERY = 500


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Slices of at most IDS_PER_QUERY items, in order: one statement each."""
    return (items[start : start + IDS_PER_QUERY] for start in range(0, len(items), IDS_PER_QUERY))


def insert_many(
    session: Session, table: Table, rows: Sequence[Row], returning: str | None = None
) -> list[Any]:
    """Insert rows, all of the same columns; those that exist already stay as they are.

    With `returning`, the values of that column of the rows that were new, in any order.
    """
    if not rows:
        return []
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        statement = dialect_insert(session, table).on_conflict_do_nothing()
        if returning is None:
            connection.execute(statement, list(rows))
            return []
        return list(
            connection.execute(statement.returning(table.c[returning]), list(rows)).scalars()
        )
    names = list(rows[0])
    sql = (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM "  # noqa: S608  (our names)
        f"{_recordset(session, table, names)} ON CONFLICT DO NOTHING"
    )
    if returning:
        sql += f" RETURNING {returning}"
    found = connection.execute(text(sql), {"rows": _text(rows)})
    return list(found.scalars()) if returning else []


def update_many(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Set columns of rows that are named by their `id`."""
    if not rows:
        return
    names = list(rows[0])
    values = [name for name in names if name != "id"]
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        statement = update(table).where(table.c.id == bindparam("row_id"))
        loop = statement.values({name: bindparam(f"new_{name}") for name in values})
        connection.execute(
            loop,
            [{"row_id": row["id"], **{f"new_{n}": row[n] for n in values}} for row in rows],
        )
        return
    sets = ", ".join(f"{name} = new.{name}" for name in values)
    sql = (
        f"UPDATE {table.name} SET {sets} FROM {_recordset(session, table, names)} "  # noqa: S608
        f"WHERE {table.name}.id = new.id"
    )
    connection.execute(text(sql), {"rows": _text(rows)})


def _recordset(session: Session, table: Table, names: Sequence[str]) -> str:
    """The rows of the parameter `rows`, with the table's types, as `new`."""
    dialect = session.connection().dialect
    types = (f"{name} {table.c[name].type.compile(dialect=dialect)}" for name in names)
    return f"json_to_recordset(CAST(:rows AS json)) AS new ({', '.join(types)})"


def _text(rows: Sequence[Row]) -> str:
    return json.dumps(rows, default=datetime.isoformat)
