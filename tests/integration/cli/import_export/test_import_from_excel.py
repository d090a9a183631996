"""`slotbeat posts import` and `export`: the way through a spreadsheet program and back."""

import csv
import io
import json
import unicodedata
from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from tests.integration.cli.import_export.calendar_files import rows_with_status
from tests.integration.cli.run_command import CommandRunner, Json
from tests.sample_files import JPEG

BOM = b"\xef\xbb\xbf"
HEADER = "key,postType,caption,platforms,scheduledAt,photoUrls"


@pytest.fixture
def shell(migrated_shell: CommandRunner) -> CommandRunner:
    """A folder with one organization in its database."""
    migrated_shell.slotbeat("org", "create", "A")
    return migrated_shell


def exported(shell: CommandRunner) -> list[Json]:
    """The posts as an export writes them."""
    lines = shell.slotbeat("posts", "export", "--format", "jsonl").out.splitlines()
    return [json.loads(line) for line in lines]


pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True, scope="function")


@pytest.mark.usefixtures("database")
def test_a_workbook_is_imported_whatever_its_name(shell: CommandRunner) -> None:
    """A .csv that is one is said to be one; refused rows are a CSV file, which Excel opens and
    which is imported with the same options."""
    book = openpyxl.Workbook()
    for line in (
        ["Key", "Post type", "Caption", "Networks", "When"],
        ["a", "Text", "Früh um acht", "Facebook", "5.3.2099 9:00"],
        ["b", "Text", "Später; dann", "facebok", "6.3.2099 9:00"],
        ["c", "Text", "-20 % today", "facebok", "7.3.2099 9:00"],
    ):
        book.worksheets[0].append(line)
    book.save(shell.cwd / "plan.csv")
    options = ("--map", "When=scheduledAt", "--date-format", "DD.MM.YYYY")
    result = shell.slotbeat("posts", "import", "plan.csv", *options)
    assert "plan.csv is an Excel workbook" in result.errors
    assert "1 accepted, 0 known already, 2 refused" in result.out
    assert "plan.errors.csv --date-format DD.MM.YYYY --map When=scheduledAt" in result.out
    report = shell.cwd / "plan.errors.csv"
    assert report.read_bytes().startswith(BOM + b"line,error,Key,Post type")
    assert "'-20 % today" in report.read_text("utf-8"), "no spreadsheet computes it"
    report.write_bytes(report.read_bytes().replace(b"facebok", b"facebook"))
    assert shell.slotbeat("posts", "import", report, *options).out.startswith("2 accepted")
    assert {(post["caption"], post["scheduledAt"][:10]) for post in exported(shell)} == {
        ("Früh um acht", "2099-03-05"), ("Später; dann", "2099-03-06"),
        ("-20 % today", "2099-03-07"),
    }  # fmt: skip


@pytest.mark.usefixtures("database")
def test_a_report_is_written_as_excel_reads_it(shell: CommandRunner) -> None:
    """With a byte-order mark and the calendar's delimiter, whatever encoding the calendar had."""
    text = "key;postType;caption;platforms\r\na;text;Früh;facebok\r\n"
    for codec, option in (("utf-8-sig", ()), ("utf-16", ()), ("cp1252", ("--encoding", "cp1252"))):
        file = shell.cwd / f"{codec}.csv"
        file.write_bytes(text.encode(codec))
        assert shell.slotbeat("posts", "import", file, *option).code == 1
        report = (shell.cwd / f"{codec}.errors.csv").read_bytes()
        assert report.startswith(BOM + b"line;error;key;"), codec
        assert ";a;text;Früh;" in report.decode(), codec
    lines = shell.cwd / "plan.jsonl"
    lines.write_text('{"key": "a"}\n')
    shell.slotbeat("posts", "import", lines)
    assert (shell.cwd / "plan.errors.jsonl").read_bytes().startswith(b"{")


@pytest.mark.usefixtures("database")
def test_an_export_comes_back_from_excel(shell: CommandRunner) -> None:
    """A file begins with a byte-order mark, CSV alone, and an import knows every row; what goes to
    another program has none."""
    (shell.cwd / "a.csv").write_text(f"{HEADER}\nk,text,Früh 🥖,x,2099-03-05 9:00,\n")
    shell.slotbeat("posts", "import", "a.csv")
    for name, begin in (("b.csv", BOM + b"key,"), ("b.jsonl", b"{")):
        shell.slotbeat("posts", "export", "-o", name)
        assert (shell.cwd / name).read_bytes().startswith(begin)
        again = shell.slotbeat("posts", "import", name)
        assert again.out == "0 accepted, 1 known already, 0 refused\n"
    assert next(csv.reader(io.StringIO(shell.slotbeat("posts", "export").out)))[0] == "key"


@pytest.mark.usefixtures("database")
def test_a_known_row_that_says_something_else_is_reported(shell: CommandRunner) -> None:
    """In a sentence, in the sums, and in JSON; the post stays as it is. A row that says the same in
    other words does not differ."""
    file = shell.cwd / "a.csv"
    file.write_text(f"{HEADER}\na,text,One,x,2099-03-05 9:00,\nb,text,Two,x,,\nc,text,Three,x,,\n")
    shell.slotbeat("posts", "import", file)
    file.write_text(
        f"{HEADER}\na,text,Uno,x FB,2099-03-06 9:00,\nb,Text,Two,Twitter,,\n"
        "c,text,Three,x,2099-03-05 9:00,\n"
    )
    result = shell.slotbeat("posts", "import", file)
    assert "row 2 (a): this key was imported before" in result.out
    assert result.out.endswith("0 accepted, 3 known already (2 differ now), 0 refused\n")
    found = shell.slotbeat("posts", "import", file, "--json", "--dry-run").json
    assert (found["known"], found["differing"]) == (3, 2)
    assert [row.get("differs") for row in rows_with_status(found, "known")] == [
        ["caption", "platforms", "scheduledAt"], None, ["publishMode"],
    ]  # fmt: skip
    assert {post["caption"] for post in exported(shell)} == {"One", "Two", "Three"}


@pytest.mark.usefixtures("database")
def test_every_problem_of_a_row_is_named_at_once(shell: CommandRunner) -> None:
    """Cells that cannot be read, values that are wrong, a time that has passed, a file that is
    missing: none hides another."""
    file = shell.cwd / "a.csv"
    file.write_text(
        "postType,caption,platforms,scheduledAt,photoUrls,timezone,platformFields\n"
        f"photo,{'long ' * 60},x myspace,2020-01-01 9:00,media/none.jpg,Mars,{{a\n"
    )
    (row,) = shell.slotbeat("posts", "import", file, "--json").json["rows"]
    assert sorted(error["field"] for error in row["errors"]) == [
        "caption", "photoUrls", "platformFields", "platforms[1]", "scheduledAt", "timezone",
    ]  # fmt: skip


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_file_is_found_however_its_name_is_written(
    shell: CommandRunner, form: Literal["NFC", "NFD"]
) -> None:
    """Accents in either form of Unicode, on disk and in the calendar; backslashes for slashes."""
    disk = unicodedata.normalize("NFD" if form == "NFC" else "NFC", "Übersicht/Brötchen.jpg")
    path = shell.cwd / disk
    path.parent.mkdir()
    path.write_bytes(JPEG)
    name = unicodedata.normalize(form, "Übersicht/Brötchen.jpg")
    names = [name, name.replace("/", "\\"), f".\\{name}", f"file:{name}", str(shell.cwd / name)]
    (shell.cwd / "a.csv").write_text(
        "".join([f"{HEADER}\n", *(f"{n},photo,Hi,x,,{each}\n" for n, each in enumerate(names))])
    )
    result = shell.slotbeat("posts", "import", "a.csv", "--dry-run")
    assert result.out.endswith(f"{len(names)} would be accepted, 0 known already, 0 refused\n")


@pytest.mark.usefixtures("database")
def test_a_windows_drive_is_no_folder_here(shell: CommandRunner, tmp_path: Path) -> None:
    """The sentence says where the file must lie."""
    (shell.cwd / "a.csv").write_text(f"{HEADER}\na,photo,Hi,x,,C:\\plan\\a.jpg\n")
    result = shell.slotbeat("posts", "import", "a.csv")
    assert "copy the file to the calendar's folder" in result.out
    assert tmp_path.exists()


@pytest.mark.usefixtures("database")
def test_a_wrong_option_is_named(shell: CommandRunner) -> None:
    """With what would be right, before the file is read."""
    for option, value in (("--date-format", "european"), ("--encoding", "nothing")):
        result = shell.slotbeat("posts", "import", "none.csv", option, value)
        assert (result.code, option in result.errors, value in result.errors) == (2, True, True)
