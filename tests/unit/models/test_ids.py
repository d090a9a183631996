"""Ids that sort by their creation time, and columns of instants with a zone."""

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, insert, make_url, select
from sqlalchemy.exc import StatementError

from models.columns import UtcDateTime
from models.database import Database
from models.ids import created_at, min_id_at, new_id

TOKYO = timezone(timedelta(hours=9))
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def test_an_id_is_32_hexadecimal_digits() -> None:
    """Each is a UUID of version 7 without its dashes, and no two are the same."""
    ids = [new_id() for _ in range(1000)]
    assert len(set(ids)) == 1000
    for text in ids:
        assert len(text) == 32
        assert text == text.lower()
        assert UUID(text).version == 7
        assert UUID(text).variant == "specified in RFC 4122"


def test_ids_sort_by_their_creation_time() -> None:
    """An id that is made a few milliseconds later sorts after, as text."""
    ids = []
    for _ in range(20):
        ids.append(new_id())
        time.sleep(0.002)
    assert ids == sorted(ids)


def test_an_id_holds_its_milliseconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first 48 bits are the Unix time in milliseconds."""
    monkeypatch.setattr(time, "time_ns", lambda: 0x0198_7654_3210 * 1_000_000 + 999_999)
    assert new_id().startswith("019876543210")


@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://"])
def test_a_naive_instant_is_refused(url: str) -> None:
    """The instant of a datetime without a zone is not known."""
    dialect = make_url(url).get_dialect()()
    with pytest.raises(ValueError, match="time zone"):
        UtcDateTime().process_bind_param(NOON.replace(tzinfo=None), dialect)
    assert UtcDateTime().process_bind_param(None, dialect) is None
    assert UtcDateTime().process_result_value(None, dialect) is None


def test_an_instant_comes_back_as_itself_in_utc(tmp_path: Path) -> None:
    """Written from any zone, to the microsecond, it is read as the same instant in UTC."""
    database = Database(f"sqlite:///{tmp_path / 'instants.db'}")
    table = Table("t", MetaData(), Column("id", Integer), Column("at", UtcDateTime()))
    with database.write() as session:
        connection = session.connection()
        table.create(connection)
        for number, value in enumerate((NOON, NOON.astimezone(TOKYO))):
            connection.execute(insert(table).values(id=number, at=value))
        with pytest.raises(StatementError, match="time zone"):
            connection.execute(insert(table).values(id=9, at=NOON.replace(tzinfo=None)))
        found = connection.execute(select(table.c.at)).scalars().all()
        before = select(table.c.id).where(table.c.at <= NOON.astimezone(TOKYO))
        assert len(connection.execute(before).all()) == 2
    assert found == [NOON, NOON]
    assert all(value.tzinfo is UTC for value in found)
    database.close()


@given(st.integers(0, 10**10).map(lambda microseconds: NOON + timedelta(microseconds=microseconds)))
def test_an_id_tells_when_it_was_made(at: datetime) -> None:
    """The instant is read from the id, to the millisecond; a new id was made just now."""
    assert timedelta(0) <= at - created_at(min_id_at(at) + "0" * 20) < timedelta(milliseconds=1)
    assert abs(datetime.now(UTC) - created_at(new_id())) < timedelta(minutes=1)
