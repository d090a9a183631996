"""Bulk INSERT and UPDATE: one JSON parameter on PostgreSQL, `executemany` on SQLite.

JSON, because the driver sends one long text faster than thousands of parameters.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Table, TextClause, bindparam, insert, text, update
from sqlalchemy.dialects.postgresql.base import PGDialect
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
    """Insert rows, all with the same columns; a row that conflicts with an existing one is skipped.

    With `returning`, returns the values of that column of the inserted rows, in any order.
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
    names = tuple(rows[0])
    sql = (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT * FROM "  # noqa: S608  (our names)
        f"{_recordset(table, names)} ON CONFLICT DO NOTHING"
    )
    if returning:
        sql += f" RETURNING {returning}"
    result = connection.execute(text(sql), {"rows": _to_json(rows)})
    return list(result.scalars()) if returning else []


def insert_tables(session: Session, rows: Mapping[Table, Sequence[Row]]) -> None:
    """Insert rows into several tables, in the order of the tables: one statement on PostgreSQL. The
    rows of a table have the same columns. IntegrityError where a row conflicts with another."""
    filled = {table: list(found) for table, found in rows.items() if found}
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        for table, found in filled.items():
            connection.execute(insert(table), found)
    elif filled:
        shapes = tuple((table, tuple(sorted(found[0]))) for table, found in filled.items())
        parameters = {table.name: _to_json(found) for table, found in filled.items()}
        connection.execute(_insert_statement(shapes), parameters)


@cache
def _insert_statement(shapes: tuple[tuple[Table, tuple[str, ...]], ...]) -> TextClause:
    """An INSERT for each table with the names of its columns. References between the tables are
    checked at the end of the statement."""
    parts = [
        f"new_{table.name} AS (INSERT INTO {table.name} ({', '.join(names)}) "  # noqa: S608
        f"SELECT * FROM {_recordset(table, names, table.name)})"
        for table, names in shapes
    ]
    return text(f"WITH {', '.join(parts)} SELECT 1")


def update_many(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Update rows by their `id`; all of `rows` have the same keys."""
    if not rows:
        return
    names = tuple(rows[0])
    values = [name for name in names if name != "id"]
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        statement = update(table).where(table.c.id == bindparam("row_id"))
        statement = statement.values({name: bindparam(f"new_{name}") for name in values})
        connection.execute(
            statement,
            [{"row_id": row["id"], **{f"new_{n}": row[n] for n in values}} for row in rows],
        )
        return
    sets = ", ".join(f"{name} = new.{name}" for name in values)
    sql = (
        f"UPDATE {table.name} SET {sets} FROM {_recordset(table, names)} "  # noqa: S608
        f"WHERE {table.name}.id = new.id"
    )
    connection.execute(text(sql), {"rows": _to_json(rows)})


@cache
def _recordset(table: Table, names: tuple[str, ...], parameter: str = "rows") -> str:
    """PostgreSQL's SQL for the rows in a JSON parameter, with the table's types, named `new`."""
    dialect = PGDialect()  # type: ignore[no-untyped-call]
    types = (f"{name} {table.c[name].type.compile(dialect=dialect)}" for name in names)
    return f"json_to_recordset(CAST(:{parameter} AS json)) AS new ({', '.join(types)})"


def _to_json(rows: Sequence[Row]) -> str:
    return json.dumps(rows, default=datetime.isoformat)
