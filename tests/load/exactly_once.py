"""The count of a long run: accepted ids, our database and the provider's ledger, compared in SQL.

Nothing is held in memory: the ids and the ledger are copied into temporary tables.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import LiteralString

import psycopg

TABLES: LiteralString = """
CREATE TEMP TABLE accepted (post_id text);
CREATE TEMP TABLE ledger (remote_id text, profile_id text, published_at timestamptz);
"""
INDEXES: LiteralString = """
CREATE INDEX ON accepted (post_id); CREATE INDEX ON ledger (remote_id);
ANALYZE accepted; ANALYZE ledger;
"""
# A sentence about a broken promise, and the query that counts its cases.
VIOLATIONS: dict[str, LiteralString] = {
    "accepted posts that the database does not have": """
        SELECT count(*) FROM accepted LEFT JOIN post ON post.id = post_id WHERE post.id IS NULL""",
    "publications that come twice in the ledger": """
        SELECT count(*) FROM (SELECT FROM ledger GROUP BY remote_id, profile_id
                              HAVING count(*) > 1) AS twice""",
    "deliveries with two publications": """
        SELECT count(*) FROM (SELECT FROM delivery JOIN ledger USING (remote_id)
                              GROUP BY delivery.id HAVING count(*) > 1) AS twice""",
    "deliveries that are published, and not in the ledger": """
        SELECT count(*) FROM delivery LEFT JOIN ledger USING (remote_id)
        WHERE delivery.status = 'published' AND ledger.remote_id IS NULL""",
    "publications without a delivery": """
        SELECT count(*) FROM ledger LEFT JOIN delivery USING (remote_id)
        WHERE delivery.id IS NULL""",
    "publications of deliveries that are not published": """
        SELECT count(*) FROM ledger JOIN delivery USING (remote_id)
        WHERE delivery.status NOT IN ('published', 'unknown')""",
    "posts that have not ended": """
        SELECT count(*) FROM post WHERE status NOT IN
        ('published', 'partial', 'failed', 'missed', 'unknown', 'cancelled')""",
    "posts that ended otherwise, without a reason": """
        SELECT count(*) FROM post WHERE status IN ('partial', 'failed', 'missed', 'unknown')
        AND NOT EXISTS (SELECT FROM attempt WHERE post_id = post.id AND error IS NOT NULL)""",
}
STATUSES: LiteralString = "SELECT status, count(*) FROM post GROUP BY status ORDER BY status"


@dataclass
class ExactlyOnceReport:
    """How many posts were accepted, published, and ended otherwise; and what is wrong."""

    accepted: int
    publications: int
    statuses: dict[str, int]
    violations: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [f"accepted                   {self.accepted}"]
        lines += [f"  {name:<24} {count}" for name, count in self.statuses.items()]
        lines += [f"rows of the ledger         {self.publications}"]
        wrong = [f"WRONG: {count} {name}" for name, count in self.violations.items()]
        return "\n".join([*lines, *(wrong or ["wrong                      none"])])


def count_exactly_once(
    connection: psycopg.Connection, ledger: Path, accepted_ids: Path
) -> ExactlyOnceReport:
    """Compare the three. `connection` keeps the temporary tables `accepted` and `ledger`."""
    connection.execute(TABLES)
    accepted = _copy(connection, "COPY accepted FROM STDIN", _lines(accepted_ids))
    publications = _copy(connection, "COPY ledger FROM STDIN", _read_ledger(ledger))
    connection.execute(INDEXES)
    counts = {name: _number(connection, query) for name, query in VIOLATIONS.items()}
    statuses: dict[str, int] = dict(connection.execute(STATUSES).fetchall())
    wrong = {name: count for name, count in counts.items() if count}
    return ExactlyOnceReport(accepted, publications, statuses, wrong)


def _copy(
    connection: psycopg.Connection, statement: LiteralString, rows: Iterable[tuple[object, ...]]
) -> int:
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def _lines(path: Path) -> Iterator[tuple[str]]:
    with path.open() as lines:
        yield from ((line.strip(),) for line in lines)


def _read_ledger(path: Path) -> Iterator[tuple[str, str, str]]:
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    rows = database.execute(
        "SELECT post_id, profile_id, strftime('%Y-%m-%d %H:%M:%fZ', published_at / 1000.0,"
        " 'unixepoch') FROM publication"
    )
    yield from rows
    database.close()


def _number(connection: psycopg.Connection, query: LiteralString) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0]) if row else 0
