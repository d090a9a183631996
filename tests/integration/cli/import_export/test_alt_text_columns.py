"""The column `altTexts`, through an import, an export and an import elsewhere."""

import csv
import json
from pathlib import Path

from sqlmodel import col, select

from models.database import Database
from models.posts import Media, Post
from tests.integration.cli.run_command import CommandRunner
from tests.integration.scheduler.queue_factories import add_organization

HEADER = "key,postType,caption,platforms,publishMode,scheduledAt,photoUrls,Alt text\n"
LINKS = "https://cdn.example.com/1.jpg https://cdn.example.com/2.jpg"


def alt_texts(database: Database, owner: str) -> list[str | None]:
    """The alt texts of an organization's photos, in their order."""
    query = select(Media).join(Post).where(Post.organization_id == owner)
    with database.read() as session:
        return [each.alt_text for each in session.exec(query.order_by(col(Media.position)))]


def test_alt_texts_travel_with_the_calendar(
    migrated_shell: CommandRunner, database: Database
) -> None:
    """From a cell to the photos, into both formats of an export, and from there to another
    organization. The row is known when it is imported again, and a changed text is named; a text
    too many is refused."""
    owners = [add_organization(database, []) for _ in "ABC"]
    file = migrated_shell.cwd / "calendar.csv"

    def run(*arguments: str | Path, code: int = 0) -> str:
        result = migrated_shell.slotbeat("posts", *arguments)
        assert result.code == code, result
        return result.out

    def write(cell: str) -> None:
        row = f'k,photo,Fresh,facebook,draft,2030-05-01T15:00,{LINKS},"{cell}"\n'
        file.write_text(HEADER + row)

    write("\nA loaf, sliced")
    run("import", file, "--no-check-links", "--org", owners[0])
    assert alt_texts(database, owners[0]) == [None, "A loaf, sliced"]
    known = json.loads(run("import", file, "--no-check-links", "--org", owners[0], "--json"))
    assert (known["known"], known["differing"]) == (1, 0)
    for name in ("out.csv", "out.jsonl"):
        out = migrated_shell.cwd / name
        run("export", "-o", out, "--status", "draft", "--org", owners[0])
        text = out.read_text("utf-8-sig")
        if name == "out.csv":
            (row,) = csv.DictReader(text.splitlines(keepends=True))
            assert row["altTexts"] == "\nA loaf, sliced"
        else:
            assert json.loads(text)["altTexts"] == ["", "A loaf, sliced"]
        run("import", out, "--no-check-links", "--org", owners[1])
        assert alt_texts(database, owners[1]) == [None, "A loaf, sliced"]
    write("A cup\nA loaf, sliced")
    again = json.loads(run("import", file, "--no-check-links", "--org", owners[0], "--json"))
    assert [row["differs"] for row in again["rows"]] == [["altTexts"]]
    write("A cup\nA loaf\nA board")
    refused = run("import", file, "--no-check-links", "--org", owners[2], code=1)
    assert "altTexts: has 3 texts, but the post has 2 photos" in refused
