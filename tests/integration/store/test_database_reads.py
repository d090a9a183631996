"""A look at the database shows one instant, however many statements it takes."""

from datetime import UTC, datetime

from sqlmodel import select

from models.database import Database
from models.organizations import Organization


def test_a_read_transaction_sees_one_snapshot(database: Database) -> None:
    """What is committed between two statements of a look is not in the second one either."""
    with database.read() as session:
        assert session.exec(select(Organization.name)).all() == []
        with database.write() as other:
            other.add(Organization(name="Acme", created_at=datetime.now(UTC)))
        assert session.exec(select(Organization.name)).all() == []
    with database.read() as session:
        assert session.exec(select(Organization.name)).all() == ["Acme"]
