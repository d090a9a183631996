"""INSERT … ON CONFLICT for both dialects: SQLAlchemy has a separate construct for each."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session


def dialect_insert(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The INSERT construct of the session's dialect, which has `on_conflict_do_…`."""
    dialect = session.connection().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
