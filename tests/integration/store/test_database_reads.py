"""A read transaction shows one instant, however many statements it has."""

from datetime import UTC, datetime

from sqlmodel import select

from models.database import Database
from models.organizations import Organization


def test_a_read_transaction_sees_one_snapshot(database: Database) -> None:
    """A commit between two of its statements is not visible in the second one."""
    with database.read() as session:
        assert session.exec(select(Organization.name)).all() == []
        with database.write() as other:
            other.add(Organization(name="Acme", created_at=datetime.now(UTC)))
        assert session.exec(select(Organization.name)).all() == []
    with database.read() as session:
        assert session.exec(select(Organization.name)).all() == ["Acme"]
