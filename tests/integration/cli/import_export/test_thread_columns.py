"""The column `thread`, through an import, an export and an import elsewhere."""

import csv
import json
from pathlib import Path

import pytest
from sqlmodel import select

from models.database import Database
from models.posts import Post
from models.store.posts import posts
from services.thread_presenter import files_by_text
from tests.integration.account_factories import connect_bluesky
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import add_organization
from tests.sample_files import JPEG

HEADER = "key,postType,caption,platforms,publishMode,scheduledAt,Thread\n"
TEXTS = "second\nof three\n---\nthird"
LINKS = ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]
ITEMS = [{"text": "second", "photoUrls": LINKS, "altTexts": ["", "A loaf"]}, {"text": "third"}]


def threads(database: Database, owner: str) -> list[list[tuple[str, list[str | None]]]]:
    """The texts of each post's thread, with the alt texts of its files."""
    with database.read() as session:
        found = session.exec(select(Post).where(Post.organization_id == owner)).all()
        media, _ = posts.load_parts(session, [each.id for each in found])
        return [
            [(text, [file.alt_text for file in files]) for text, files in files_by_text(each, rows)]
            for each, rows in zip(found, media.values(), strict=True)
        ]


@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        (TEXTS, [("second\nof three", []), ("third", [])]),
        (json.dumps(ITEMS), [("second", [None, "A loaf"]), ("third", [])]),
    ],
)
def test_a_thread_travels_with_the_calendar(
    migrated_shell: CommandRunner,
    database: Database,
    cell: str,
    stored: list[tuple[str, list[str | None]]],
) -> None:
    """From a cell to the post, into both formats of an export, and from there to another
    organization. The row is known when it is imported again, and a changed text is named."""
    owners = [add_organization(database, []) for _ in "AB"]
    for owner in owners:
        connect_bluesky(database, owner)
    file = migrated_shell.cwd / "calendar.csv"

    def run(*arguments: str | Path) -> str:
        result = migrated_shell.slotbeat("posts", *arguments)
        assert result.code == 0, result
        return result.out

    def import_cell(cell: str) -> list[dict[str, list[str]]]:
        quoted = cell.replace('"', '""')
        file.write_text(f'{HEADER}k,text,first,bluesky,draft,2030-05-01T15:00,"{quoted}"\n')
        answer = run("import", file, "--no-check-links", "--org", owners[0], "--json")
        rows: list[dict[str, list[str]]] = json.loads(answer)["rows"]
        return rows

    import_cell(cell)
    assert threads(database, owners[0]) == [stored]
    assert "differs" not in import_cell(cell)[0]
    for name in ("out.csv", "out.jsonl"):
        out = migrated_shell.cwd / name
        run("export", "-o", out, "--status", "draft", "--org", owners[0])
        if name == "out.csv":
            (row,) = csv.DictReader(out.read_text("utf-8-sig").splitlines(keepends=True))
            assert row["thread"] == cell
        run("import", out, "--no-check-links", "--org", owners[1])
        assert threads(database, owners[1]) == [stored]
    assert import_cell(cell.replace("third", "fourth"))[0]["differs"] == ["thread"]


def test_local_files_of_a_thread_are_stored(
    migrated_shell: CommandRunner, database: Database
) -> None:
    """As those of the post are; a file of another kind is named with its text."""
    owner = add_organization(database, [])
    connect_bluesky(database, owner)
    (migrated_shell.cwd / "loaf.jpg").write_bytes(JPEG)
    file = migrated_shell.cwd / "calendar.jsonl"

    def import_item(**item: object) -> str:
        values = {"key": "k", "postType": "text", "caption": "first", "platforms": ["bluesky"]}
        file.write_text(json.dumps({**values, "thread": [item]}))
        return migrated_shell.slotbeat("posts", "import", file, "--org", owner).out

    assert "is image/jpeg, not a video" in import_item(videoUrl="loaf.jpg")
    import_item(photoUrls=["loaf.jpg"], altTexts=["A loaf"])
    assert threads(database, owner) == [[("", ["A loaf"])]]
    with database.read() as session:
        (found,) = session.exec(select(Post)).all()
        (media,) = posts.load_parts(session, [found.id])[0][found.id]
        assert media.stored_file_id is not None


def test_the_commands_show_texts_and_no_links(
    migrated_shell: CommandRunner, database: Database
) -> None:
    """A link may have a signature in it, also one of a thread."""
    owner = add_organization(database, [])
    connect_bluesky(database, owner)
    at = "2030-05-01T15:00:00Z"
    row: dict[str, object] = {"postType": "text", "caption": "first", "platforms": ["bluesky"]}
    row |= {"scheduledAt": at, "thread": ITEMS}
    (migrated_shell.cwd / "calendar.jsonl").write_text(json.dumps(row))
    run = migrated_shell.slotbeat
    run("posts", "import", migrated_shell.cwd / "calendar.jsonl", "--no-check-links")
    with database.read() as session:
        (post,) = session.exec(select(Post)).all()
    shown = run("posts", "show", post.id)
    assert "text 1 below: second\ntext 2 below: third\n" in shown.out
    found = run("posts", "show", post.id, "--json").json["post"]
    assert found["thread"] == [{"text": "second", "altTexts": ["", "A loaf"]}, {"text": "third"}]
    range_ = ("--from", "2030-05-01", "--to", "2030-05-02")
    (in_calendar,) = run("calendar", "show", "--json", *range_).json["posts"]
    assert in_calendar["thread"] == found["thread"]
