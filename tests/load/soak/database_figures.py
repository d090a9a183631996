"""What the database says of itself: sizes and dead rows of tables, lateness, ticks of beats."""

from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

import psycopg

from models.ids import min_id_at

TABLES: LiteralString = """
SELECT relname, n_live_tup, n_dead_tup, pg_table_size(relid), pg_indexes_size(relid),
       autovacuum_count
FROM pg_stat_user_tables ORDER BY relname
"""
# Of the youngest posts, by their ids, which begin with the time of their acceptance.
LATENESS: LiteralString = """
SELECT count(*), percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY
       extract(epoch FROM published_at - coalesce(scheduled_for, accepted_at)))
FROM post WHERE id >= %s AND published_at > %s AND status = 'published'
"""
TICKS: LiteralString = "SELECT id, metrics FROM heartbeat WHERE kind = 'beat' AND at > %s"
TICK_FAMILY = "slotbeat_tick_duration_seconds"


@dataclass(frozen=True, slots=True)
class TableFigures:
    """Rows, dead rows, bytes of the table and of its indexes, and runs of autovacuum."""

    rows: int
    dead: int
    table_bytes: int
    index_bytes: int
    vacuums: int


def read_tables(connection: psycopg.Connection) -> dict[str, TableFigures]:
    """All tables, by name; the rows are those of PostgreSQL's statistics."""
    return {row[0]: TableFigures(*row[1:]) for row in connection.execute(TABLES)}


def read_lateness(
    connection: psycopg.Connection, accepted_since: datetime, published_since: datetime
) -> tuple[int, float, float]:
    """(posts, median, p99 in seconds) of the posts published since an instant."""
    row = connection.execute(LATENESS, (min_id_at(accepted_since), published_since)).fetchone()
    if row is None or row[1] is None:
        return 0, 0.0, 0.0
    return int(row[0]), float(row[1][0]), float(row[1][1])


def read_ticks(connection: psycopg.Connection, since: datetime) -> dict[str, tuple[float, float]]:
    """By beat: how many ticks, and their seconds together, since it began."""
    found = {}
    for name, families in connection.execute(TICKS, (since,)):
        samples = {
            sample[0].removeprefix(TICK_FAMILY): float(sample[2])
            for family in families or ()
            for sample in _samples(family)
            if not sample[1] or "le" not in sample[1]
        }
        if "_count" in samples:
            found[name] = samples["_count"], samples["_sum"]
    return found


def _samples(family: dict[str, object]) -> list[tuple[str, dict[str, str], float]]:
    return family["samples"] if family["name"] == TICK_FAMILY else []  # type: ignore[return-value]
