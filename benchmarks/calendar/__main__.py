"""`python -m benchmarks.calendar [--runs N]`: a week of 230 posts with photos, a month of 1,000.

In one process and without HTTP: what the server does for a page, from the database to the HTML. It
prints a row for each page and database: the middle and the slowest of the runs, how long the
processor worked, and how long a poll takes that finds nothing new.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.calendar.busy_month import FIRST_DAY, create_busy_month
from benchmarks.markdown_table import table_head, table_row
from models.database import Database
from models.migrate import upgrade
from services.context import AppContext
from tests.servers import Postgres
from tests.service_context import build_test_context
from ui.calendar.calendar_data import load_calendar
from ui.calendar.calendar_page import template_variables
from ui.calendar.calendar_query import CalendarQuery
from ui.sign_in.visitor import Visitor
from ui.templating import render

POSTS = {"week": 230, "month": 1_000}


def main() -> None:
    """Measure both views on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15)
    runs: int = parser.parse_args().runs
    _say(*table_head(("page", "database", "middle", "slowest", "processor", "unchanged", "HTML")))
    for name in ("SQLite", "PostgreSQL"):
        with _open_database(name) as database:
            for view, posts in POSTS.items():
                context = build_test_context(database)
                visitor = create_busy_month(database, context.cipher, posts, view)
                _say(_measure(context, visitor, view, name, runs))


@contextmanager
def _open_database(name: str) -> Iterator[Database]:
    with TemporaryDirectory() as folder, Postgres() as postgres:
        is_sqlite = name == "SQLite"
        url = f"sqlite:///{Path(folder) / 'busy.db'}" if is_sqlite else postgres.create_database()
        database = Database(url)
        upgrade(database)
        yield database
        database.close()


def _measure(context: AppContext, visitor: Visitor, view: str, database: str, runs: int) -> str:
    query = CalendarQuery(view=view, day=FIRST_DAY)
    times, unchanged, cpu, size = [], [], [], 0
    for _ in range(runs + 1):
        start, busy = time.perf_counter(), time.process_time()
        snapshot = load_calendar(context, visitor, query)
        variables = template_variables(visitor, snapshot)
        size = len(render("calendar.html", visitor, **variables).body)
        middle = time.perf_counter()
        cpu.append(time.process_time() - busy)
        load_calendar(context, visitor, query, [snapshot.etag])
        times.append(middle - start)
        unchanged.append(time.perf_counter() - middle)
    seconds = (median(times[1:]), max(times[1:]), median(cpu[1:]), median(unchanged[1:]))
    shown = [f"{1000 * each:.0f} ms" for each in seconds]
    return table_row([f"{view}, {POSTS[view]} posts", database, *shown, f"{size / 1000:.0f} kB"])


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
