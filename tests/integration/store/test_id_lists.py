"""Lists of ids in one parameter: the same rows as with IN, by the same index, in one statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import event, select, text

from models.database import Database
from models.store.jobs import fencing
from models.store.sql.id_lists import is_among
from models.tables import JOB
from tests.integration.store.row_factories import LONG_TTL, add_jobs, claim_job, now

_JOBS = select(JOB.c.id).where(is_among(JOB.c.id, "ids"), JOB.c.rescues == 0)


@contextmanager
def sent_to(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements, with their parameters, that are sent to the database inside the block."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, *call: object) -> None:
        sent.append((str(call[0]), call[1]))

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def _find(database: Database, ids: list[str]) -> list[str]:
    with database.read() as session:
        return sorted(session.connection().execute(_JOBS, {"ids": ids}).scalars())


def test_the_rows_in_the_list_are_found(database: Database) -> None:
    """Each row in the list is found once, also with other conditions beside it; an empty list finds
    none."""
    first, second, _ = add_jobs(database, [now(database)] * 3)
    assert _find(database, [second, first, "unknown", first]) == sorted([first, second])
    assert _find(database, []) == []


def test_the_index_is_used(database: Database) -> None:
    """PostgreSQL and SQLite find the rows by the index of the column, and do not read the table."""
    ids = add_jobs(database, [now(database)] * 3000)
    word = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
    with database.write() as session, sent_to(database) as sent:
        connection = session.connection()
        connection.execute(text("ANALYZE job"))
        connection.execute(_JOBS, {"ids": ids[:1]})
        statement, parameters = sent[-1]
        plan = str(connection.exec_driver_sql(f"{word} {statement}", parameters).all())
    assert "pk_job" in plan or "USING INDEX sqlite_autoindex_job" in plan, plan


def test_one_statement_serves_any_number_of_claims(database: Database) -> None:
    """The fence of one claim and of a hundred have the same text: the driver and the server parse
    and plan it once."""
    claims = claim_job(database, *add_jobs(database, [now(database)] * 100))
    with sent_to(database) as sent:
        for count in (1, 7, 100):
            with database.write() as session:
                _, renewed = fencing.fence_many(session, claims[:count], LONG_TTL)
            assert renewed == {(each.job_id, each.token) for each in claims[:count]}
    assert len({statement for statement, _ in sent if statement.startswith("UPDATE job")}) == 1


def test_a_claim_of_another_time_is_not_renewed(database: Database) -> None:
    """Only the pair of a job and its token is renewed: not a job whose token stands beside another
    job in the list."""
    first, second = add_jobs(database, [now(database)] * 2)
    (old,) = claim_job(database, first)
    (other,) = claim_job(database, second)
    with database.write() as session:
        swapped = [replace(old, token=other.token), replace(other, token=old.token)]
        _, renewed = fencing.fence_many(session, swapped, LONG_TTL)
    assert renewed == set()
