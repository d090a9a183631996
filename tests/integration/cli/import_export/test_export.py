"""`slotbeat posts export`: an exported calendar can be imported elsewhere unchanged."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from models.database import Database
from models.posts import Post
from models.statuses import PostStatus
from tests.integration.cli.import_export.calendar_files import write_calendar
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import (
    add_organization,
    database_now,
    queue_post,
    rule_near,
)
from tests.sample_files import MP4

# These differ between organizations; the jitter of `opens_at` differs between rules.
WITHOUT = {"id", "organization_id", "accepted_at", "opens_at"}


@pytest.fixture
def owners(database: Database) -> list[str]:
    """Two organizations with the same rules."""
    hours = (30, 60, 90, 120, 150)
    rules = [
        rule_near(database_now(database) + timedelta(hours=each), "Asia/Tokyo") for each in hours
    ]
    return [add_organization(database, rules, per_slot=2) for _ in "AB"]


def calendar_of(database: Database, owner: str) -> list[dict[str, Any]]:
    """The posts of an organization as dictionaries, ordered by key."""
    with database.read() as session:
        mine = select(Post).where(Post.organization_id == owner).order_by(col(Post.row_key))
        return [post.model_dump(exclude=WITHOUT) for post in session.exec(mine)]


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_an_export_makes_the_same_calendar(
    migrated_shell: CommandRunner, database: Database, owners: list[str], ending: str
) -> None:
    """Imported by another organization: the same posts in the same slots, under the same keys.
    Imported by the first organization again: every row is known."""
    file = write_calendar(migrated_shell.cwd / "calendar.csv", 48, 0)
    out = migrated_shell.cwd / f"export.{ending}"
    commands = (
        ("import", file.path, "--no-check-links", "--org", owners[0]),
        ("export", "-o", out, "--org", owners[0]),
        ("import", out, "--no-check-links", "--org", owners[1]),
    )
    for command in commands:
        result = migrated_shell.slotbeat("posts", *command)
        assert result.code == 0, result
    mine, theirs = (calendar_of(database, owner) for owner in owners)
    assert len(mine) == 48
    assert mine == theirs
    assert out.stat().st_mode & 0o077 == 0
    again = migrated_shell.slotbeat("posts", "import", out, "--no-check-links", "--org", owners[0])
    assert again.out == "0 accepted, 48 known already, 0 refused\n"


def test_what_is_to_come_is_exported_by_slot(
    migrated_shell: CommandRunner, database: Database, owners: list[str]
) -> None:
    """Posts that have ended are exported only on request; a post without a key is exported with its
    id, and known by it; `--fixed-times` writes the slot's wall clock."""
    owner = ("--org", owners[0])
    posts = [queue_post(database, owners[0], caption) for caption in ("=A", "B", "C")]
    with database.write() as session:
        row = session.get_one(Post, posts[1].id)
        row.status = PostStatus.PUBLISHED
        session.add(row)
    out = migrated_shell.slotbeat("posts", "export", *owner).out
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert [(row["key"], row["caption"]) for row in rows] == [
        (posts[0].id, "'=A"),
        (posts[2].id, "C"),
    ]
    assert {row["publishMode"] for row in rows} == {"next_slot"}
    known = migrated_shell.slotbeat("posts", "import", "-", *owner, stdin=out.encode())
    assert known.out == "0 accepted, 2 known already, 0 refused\n"
    options = ("--status", "published", "--status", "scheduled", "--json", "--fixed-times")
    fixed = migrated_shell.slotbeat("posts", "export", *options, *owner).json["posts"]
    assert [row["caption"] for row in fixed] == ["=A", "B", "C"]
    assert {(row["publishMode"], row["timezone"]) for row in fixed} == {("schedule", "Asia/Tokyo")}
    none = migrated_shell.slotbeat("posts", "export", "--from", "2098-01-01", *owner)
    assert none.out.count("\n") == 1


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_own_files_are_exported_on_request(
    migrated_shell: CommandRunner, owners: list[str]
) -> None:
    """Written to a folder and linked by the export: another organization can import both."""
    (migrated_shell.cwd / "a clip.mp4").write_bytes(MP4)
    row = {"postType": "video", "caption": "Hi", "platforms": ["x"], "videoUrl": "a clip.mp4"}
    (migrated_shell.cwd / "in.jsonl").write_text(json.dumps(row))
    assert migrated_shell.slotbeat("posts", "import", "in.jsonl", "--org", owners[0]).code == 0
    plain = migrated_shell.slotbeat("posts", "export", "--org", owners[0])
    assert "slotbeat://media/" in plain.out
    assert "--files FOLDER" in plain.errors
    command = ("posts", "export", "-o", "out.csv", "--files", "own files", "--org", owners[0])
    moved = migrated_shell.slotbeat(*command, "--json")
    assert moved.json == {"exported": 1, "file": "out.csv", "lostFiles": []}
    (exported,) = (migrated_shell.cwd / "own files").iterdir()
    assert exported.read_bytes() == MP4
    made = migrated_shell.slotbeat("posts", "import", "out.csv", "--org", owners[1])
    assert made.out == "1 accepted, 0 known already, 0 refused\n", made
