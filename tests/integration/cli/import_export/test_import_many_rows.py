"""`slotbeat posts import`: many rows with broken ones, interrupted, repeated and fixed."""

import csv
import re
import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import select

from models.database import Database
from models.jobs import Job
from models.posts import Attempt, Delivery, Media, Post
from tests.integration.cli.import_export.calendar_files import (
    CalendarFile,
    fix_rows,
    write_calendar,
)
from tests.integration.cli.run_command import BIN, CommandRunner
from tests.processes import Process
from tests.wait import wait_until

ROWS, BROKEN = 1_000, 30
SOME = 600  # several transactions
TABLES = (Post, Media, Delivery, Attempt, Job)


def counts(database: Database) -> list[int]:
    """How many posts, files, deliveries, history rows and jobs there are."""
    with database.read() as session:
        return [len(session.connection().execute(select(table)).all()) for table in TABLES]


def captions(database: Database) -> list[str]:
    """The captions of all posts, in the order of the alphabet."""
    with database.read() as session:
        return sorted(session.exec(select(Post.caption)))


def importing(shell: CommandRunner, file: Path, *options: str) -> tuple[int, str]:
    """Exit code, and stdout, of an import without link checks."""
    result = shell.slotbeat("posts", "import", file, "--no-check-links", *options)
    return result.code, result.out


@pytest.fixture
def calendar(migrated_shell: CommandRunner) -> CalendarFile:
    """A file with a thousand rows, and an organization to import it for."""
    migrated_shell.slotbeat("org", "create", "A")
    return write_calendar(migrated_shell.cwd / "calendar.csv", ROWS, BROKEN)


def test_a_file_with_broken_rows_is_imported_fixed_and_imported(
    migrated_shell: CommandRunner, database: Database, calendar: CalendarFile
) -> None:
    """Exactly the valid rows are posts; the others are in the rejects file by line, with the error
    and as they were written. Again: nothing changes. The fixed rejects file imports the rest."""
    code, out = importing(migrated_shell, calendar.path)
    assert code == 1
    assert "970 accepted, 0 known already, 30 refused" in out
    assert "and 10 more in the report" in out
    assert len(re.findall(r"^row \d+", out, re.MULTILINE)) == 20
    assert captions(database) == sorted(calendar.captions)
    report = migrated_shell.cwd / "calendar.errors.csv"
    _check_report(report, calendar)
    before, written_report = counts(database), report.read_bytes()
    code, out = importing(migrated_shell, calendar.path)
    assert (code, counts(database)) == (1, before)
    assert "0 accepted, 970 known already, 30 refused" in out
    assert report.read_bytes() == written_report
    code, out = importing(migrated_shell, fix_rows(report))
    assert (code, out) == (0, "30 accepted, 0 known already, 0 refused\n")
    assert counts(database)[0] == ROWS


def _check_report(report: Path, calendar: CalendarFile) -> None:
    with calendar.path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        titles, rows, line = next(reader), {}, 2
        for cells in reader:
            rows[line] = cells
            line = reader.line_num + 1
    with report.open(encoding="utf-8-sig", newline="") as file:
        first, *refused = csv.reader(file)
    assert first == ["line", "error", *titles]
    assert [int(row[0]) for row in refused] == calendar.broken
    assert all(": " in row[1] for row in refused)
    assert [row[2:] for row in refused] == [rows[line] for line in calendar.broken]
    assert report.stat().st_mode & 0o077 == 0, "it holds what the calendar holds"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_fixed_report_is_not_overwritten(migrated_shell: CommandRunner) -> None:
    """Another import gives its report another name; a path given with --report is overwritten."""
    migrated_shell.slotbeat("org", "create", "A")
    calendar = write_calendar(migrated_shell.cwd / "calendar.csv", 40, 20)
    importing(migrated_shell, calendar.path)
    report = fix_rows(migrated_shell.cwd / "calendar.errors.csv")
    fixed = report.read_bytes()
    _, out = importing(migrated_shell, calendar.path)
    assert "calendar.errors-2.csv" in out
    assert report.read_bytes() == fixed
    importing(migrated_shell, calendar.path, "--report", str(report))
    assert report.read_bytes() == (migrated_shell.cwd / "calendar.errors-2.csv").read_bytes()
    own = migrated_shell.slotbeat("posts", "import", report, "--report", report)
    assert (own.code, "is the calendar itself" in own.errors) == (2, True)


@pytest.mark.parametrize(
    ("database", "number"),
    [("sqlite", signal.SIGKILL), ("postgres", signal.SIGINT)],
    indirect=["database"],
)
def test_an_interrupted_import_is_run_again(
    migrated_shell: CommandRunner, database: Database, number: signal.Signals
) -> None:
    """Killed, or ended by Ctrl-C with its counts and exit code 130: the same command imports the
    rest, and each row is one post."""
    migrated_shell.slotbeat("org", "create", "A")
    file = write_calendar(migrated_shell.cwd / "calendar.csv", SOME, 0)
    command = [str(BIN / "slotbeat"), "posts", "import", str(file.path), "--no-check-links"]
    process = Process(
        command,
        migrated_shell.cwd / "log",
        env=migrated_shell.environment(),
        cwd=migrated_shell.cwd,
    )
    try:
        wait_until(lambda: counts(database)[0] > 0, what="the first posts")
        process.signal(number)
        code, said = process.wait(), process.output()
    finally:
        process.end()
    some = counts(database)[0]
    assert 0 < some < SOME, "it ended too early to be interrupted"
    if number is signal.SIGINT:
        assert code == 130
        assert f"{some:,} of 600 rows are done. Run the same command again" in said
    code, out = importing(migrated_shell, file.path)
    assert (code, f"{SOME - some:,} accepted, {some:,} known" in out) == (0, True)
    assert Counter(captions(database)) == Counter(file.captions)
