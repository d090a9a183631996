"""INSERT … ON CONFLICT, which both dialects have and SQLAlchemy offers for each by itself."""

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session


def dialect_insert(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """The INSERT of the session's dialect, with `on_conflict_do_…` on it."""
    dialect = session.connection().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
