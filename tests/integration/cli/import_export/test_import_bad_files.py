"""`slotbeat posts import`: files that are no calendar, and the text of refusals."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import select

from models.database import Database
from models.posts import Post
from tests.integration.cli.run_command import CommandRunner, sqlite_environment

GOOD = "postType,caption,platforms"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> CommandRunner:
    """A folder with one organization in its database."""
    made = sqlite_environment(tmp_path_factory.mktemp("import"))
    made.slotbeat("org", "create", "A")
    return made


def posts_in(shell: CommandRunner) -> int:
    """How many posts there are."""
    with closing(Database(shell.variables["DATABASE_URL"])) as database, database.read() as session:
        return len(session.exec(select(Post)).all())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"postType,caption,plattforms\ntext,Hello,x\n", "'plattforms' is no column"),
        (b"postType,platforms\ntext,x\n", "'caption' is missing"),
        (b"postType,caption,platforms,caption\ntext,a,x,b\n", "'caption'"),
        (f"{GOOD}\ntext,Hello,x\ntext,caf\xe9,x\n".encode("latin-1"), "must be UTF-8"),
        (f"{GOOD},caf\xe9\ntext,Hello,x,\n".encode("latin-1"), "must be UTF-8"),
        (f"{GOOD}\ntext,Hello,x\n".encode("utf-16") + b"x", "not valid UTF-16"),
        (b"PK\x03\x04 is no archive", "damaged archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "(.xls)"),
        (b"<html><table><tr><td>postType</td></tr></table></html>", "web page"),
        (f"{GOOD}\ntext,Hello,x\n".encode() + b"text,a,x\n" * 9000 + b"\xff", "must be UTF-8"),
        (f'{GOOD}\ntext,"Hello,x\n'.encode(), "not valid CSV"),
        (f'{GOOD}\ntext,"Hel"lo,x\n'.encode(), "not valid CSV"),
        (b'"postType"x,caption\ntext,Hello\n', "not valid CSV"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_whole(
    shell: CommandRunner, content: bytes, said: str
) -> None:
    """Exit code 2, a sentence that names the file and what is wrong, and no post is made."""
    file = shell.cwd / "calendar.csv"
    file.write_bytes(content)
    before = posts_in(shell)
    result = shell.slotbeat("posts", "import", file)
    assert (result.code, result.out) == (2, "")
    assert said in result.errors
    assert "calendar.csv" in result.err
    assert posts_in(shell) == before


@pytest.mark.parametrize("name", [".", "nowhere.csv"])
def test_a_file_that_cannot_be_read_is_named(shell: CommandRunner, name: str) -> None:
    """A folder, or a missing file: exit code 2, and its name on stderr."""
    result = shell.slotbeat("posts", "import", name)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"{name}: ")


def test_a_file_that_cannot_be_read_is_an_error_in_json(shell: CommandRunner) -> None:
    """With --json the same sentence is in `error`."""
    result = shell.slotbeat("posts", "import", "nowhere.csv", "--json")
    assert result.code == 2
    assert "nowhere.csv" in result.json["error"]


def test_refusals_read_as_sentences(tmp_path: Path) -> None:
    """Without --json: one line for each error with row, key and field, then the sums."""
    shell = sqlite_environment(tmp_path)
    shell.slotbeat("org", "create", "A")
    rows = [
        "a,text,Hello,x",
        "b,story,Hello,myspace",
        "c,text",
        "d,text,Hello,x,more",
        "e,text,Yo,x",
    ]
    (tmp_path / "c.csv").write_text("\n".join([f"key,{GOOD}", *rows]))
    result = shell.slotbeat("posts", "import", "c.csv")
    *lines, sums, fix = result.out.splitlines()
    assert (result.code, sums) == (1, "2 accepted, 0 known already, 3 refused")
    assert fix.endswith("then: slotbeat posts import c.errors.csv")
    starts = ["row 3 (b): postType: ", "row 3 (b): platforms[0]: ", "row 4 (c): row: "]
    starts.append("row 5 (d): row: ")
    assert len(lines) == 4
    assert [line[: len(start)] for line, start in zip(lines, starts, strict=True)] == starts
    assert lines[2].endswith("has 2 cells, but the header has 4")
