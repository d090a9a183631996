"""`slotbeat posts import`: rows that name local files."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlmodel import select

from models.database import Database
from models.posts import Media, Post
from models.stored_files import StoredFile
from tests.integration.cli.import_export.calendar_files import rows_with_status
from tests.integration.cli.run_command import CommandResult, CommandRunner, Json
from tests.sample_files import HTML, JPEG, MP4, PDF

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def shell(migrated_shell: CommandRunner) -> CommandRunner:
    """An organization, and files in a folder beside where the command is run."""
    migrated_shell.slotbeat("org", "create", "A")
    folder = migrated_shell.cwd / "spring"
    folder.mkdir()
    files = {"clip.mp4": MP4, "a photo.jpg": JPEG, "b.jpg": JPEG, "menu.pdf": PDF}
    for name, content in {**files, "page.mp4": HTML, "empty.jpg": b""}.items():
        (folder / name).write_bytes(content)
    return migrated_shell


def video(link: str, **more: str) -> Json:
    """A video post's row."""
    return {
        "postType": "video",
        "caption": "Hi",
        "platforms": ["facebook"],
        "videoUrl": link,
    } | more


def photos(*links: str) -> Json:
    """A photo post's row."""
    head = {"postType": "photo", "caption": "Hi", "platforms": ["facebook"]}
    return {**head, "photoUrls": [*links]}


def importing(shell: CommandRunner, *rows: Json, options: tuple[str, ...] = ()) -> CommandResult:
    """An import of these rows, from a file in the folder of the files."""
    file = shell.cwd / "spring" / "calendar.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return shell.slotbeat("posts", "import", file, "--json", *options)


def stored(shell: CommandRunner, database: Database) -> tuple[list[str], list[str]]:
    """The names of the stored files in the database, and of the objects in the storage."""
    with database.read() as session:
        names = sorted(session.exec(select(StoredFile.name)))
    folder = shell.cwd / "var" / "media"
    return names, sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_files_are_stored_once_and_belong_to_their_posts(
    shell: CommandRunner, database: Database
) -> None:
    """Relative to the calendar, absolute, or as `file:` links; the same content in many rows, or
    under many names, is one file; and imported again nothing is stored."""
    folder = shell.cwd / "spring"
    rows = [
        video("clip.mp4"),
        photos("a photo.jpg", "file:b.jpg", "https://cdn.example.com/c.jpg"),
        photos(str(folder / "b.jpg")),
        photos(f"file://{quote(str(folder / 'a photo.jpg'))}"),
    ]
    made = importing(shell, *rows, options=("--no-check-links",))
    assert (made.code, made.json["accepted"]) == (0, 4), made.out
    names, objects = stored(shell, database)
    assert names == ["a photo.jpg", "clip.mp4"]
    with database.read() as session:
        stored_ids = set(session.exec(select(StoredFile.id)))
        of_posts = list(session.exec(select(Media.stored_file_id)))
        sizes = {row.name: (row.size, row.content_type) for row in session.exec(select(StoredFile))}
    assert set(objects) == stored_ids
    assert (len(of_posts), {each for each in of_posts if each}) == (6, stored_ids)
    assert sizes["clip.mp4"] == (len(MP4), "video/mp4")
    again = importing(shell, *rows, options=("--no-check-links",))
    assert (again.code, again.json["known"]) == (0, 4)
    assert stored(shell, database) == (names, objects)


@SQLITE
def test_a_file_stored_by_a_killed_import_is_used_again(
    shell: CommandRunner, database: Database
) -> None:
    """Stored, but without its post: the next run makes the post with the same file."""
    importing(shell, video("clip.mp4"))
    importing(shell, video("clip.mp4", caption="Another"))
    with database.read() as session:
        assert len(list(session.exec(select(Post.id)))) == 2
    assert stored(shell, database)[0] == ["clip.mp4"]


@SQLITE
@pytest.mark.parametrize(
    ("row", "said"),
    [
        (video("nowhere.mp4"), "no file can be read there (No such file or directory)"),
        (video("."), "is no file"),
        (video("clip.mp4/x"), "no file can be read there (Not a directory)"),
        (video("page.mp4"), "is text/html; a post can carry videos"),
        (video("menu.pdf"), "is application/pdf, not a video"),
        (video("file://nas/clip.mp4"), "names another machine"),
        (video("a\0b"), "must not contain the character NUL"),
        (photos("b.jpg", "empty.jpg"), "is empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    shell: CommandRunner, database: Database, row: Json, said: str
) -> None:
    """With the row's field and what is wrong; no file of a refused row is stored."""
    (refused,) = rows_with_status(importing(shell, row).json, "refused")
    (error,) = refused["errors"]
    assert error["field"].startswith(("videoUrl", "photoUrls"))
    assert said in error["message"]
    assert stored(shell, database) == ([], [])


@SQLITE
def test_nothing_is_stored_for_a_row_that_is_refused_or_only_tried(
    shell: CommandRunner, database: Database
) -> None:
    """If the row has another error, or in a dry run, the file is checked and not stored."""
    bad = {**video("clip.mp4"), "scheduledAt": "2020-01-01T10:00"}
    (refused,) = rows_with_status(importing(shell, bad).json, "refused")
    assert [error["field"] for error in refused["errors"]] == ["scheduledAt"]
    tried = importing(shell, video("clip.mp4"), photos("page.mp4"), options=("--dry-run",))
    assert (tried.json["accepted"], tried.json["refused"]) == (1, 1)
    assert stored(shell, database) == ([], [])
    large = shell.slotbeat(
        "posts", "import", Path("spring") / "calendar.jsonl", also={"MEDIA_MAX_BYTES": "1024"}
    )
    assert "has more than 1024 bytes" in large.out


@SQLITE
def test_with_a_base_a_name_is_a_link(shell: CommandRunner) -> None:
    """Joined to `--media-base` it is a link, even if a local file has that name; `file:` stays a
    file."""
    base = ("--media-base", "https://cdn.example.com/x/", "--no-check-links")
    (made,) = rows_with_status(
        importing(shell, photos("b.jpg", "file:b.jpg"), options=base).json, "accepted"
    )
    exported = shell.slotbeat("posts", "export", "--format", "jsonl").out
    links = json.loads(exported)["photoUrls"]
    assert links[0] == "https://cdn.example.com/x/b.jpg"
    assert links[1].startswith("slotbeat://media/")
    assert made["socialPost"]["id"]
