"""A calendar as bytes: encodings, workbooks, and what is neither."""

import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar_import.calendar_reader import CalendarFile
from services.calendar_import.rows import BadFile, ReadOptions, Row

TEXT = "postType\tcaption\tplatforms\r\ntext\tFrüh um acht 🥖\tfacebook\r\n"
TWO_LINES = "One_x000D_\ntwo"
SHEET = "xl/worksheets/sheet1.xml"
HEADER = ["Post type", "Caption", "Platforms", "Date", "Time"]


def rows(content: bytes, **options: str) -> list[Row]:
    """The rows of a file with these bytes; its summary has as many."""
    file = CalendarFile(io.BytesIO(content), ReadOptions(**options))  # type: ignore[arg-type]
    found = list(file.rows())
    assert file.summarize().rows == len(found)
    return found


def workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def captions(found: list[Row]) -> list[str | None]:
    """The captions of the rows."""
    return [row.body.caption if row.body else None for row in found]


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_is_read_in_every_form(codec: str) -> None:
    """With a byte-order mark, and UTF-16 without one, as Excel's "Unicode Text"."""
    assert captions(rows(TEXT.encode(codec))) == ["Früh um acht 🥖"]


def test_other_encodings_are_read_where_they_are_named() -> None:
    """And never guessed; a byte-order mark counts for more."""
    old = TEXT.replace("🥖", "–").encode("windows-1252")
    assert captions(rows(old, encoding="windows-1252")) == ["Früh um acht –"]
    assert captions(rows(TEXT.encode("utf-8-sig"), encoding="latin-1")) == ["Früh um acht 🥖"]
    with pytest.raises(BadFile, match="not valid UTF-16; save it as CSV UTF-8"):
        rows(TEXT.encode(), encoding="utf-16")
    for name in ("rot13", "base64", "idna", "nothing", "unicode_escape"):
        with pytest.raises(BadFile, match="is no encoding"):
            rows(TEXT.encode(), encoding=name)


@given(before=st.integers(0, 3_000), ends=st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_wrong_byte_is_named_by_its_line(before: int, ends: str) -> None:
    """However far down it is, and however lines end; with how to mend it."""
    text = ends.join(["postType,caption", *["text,a"] * before, "text,caf\xe9", "text,b"])
    with pytest.raises(BadFile, match=rf"^line {before + 2}: .*0xe9.*CSV UTF-8"):
        rows(text.encode("latin-1"))


def test_empty_columns_and_cells_are_none() -> None:
    """Before, between and behind the others, as Excel leaves them behind."""
    text = ",postType,,caption,platforms,,\n,text,,Hi,x,,,,\n,text,,Yo,x\n,,,,,,\n"
    assert captions(rows(text.encode())) == ["Hi", "Yo"]
    (row,) = rows(b"postType,,caption,\ntext,,Hi,note\n")
    assert "column 4 (D), which has no title" in row.problems[0]["message"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a,text\n", "2 cells"), ("a,text,Two\n", "3 cells"), ("a,text,Two,x,,,more\n", "7 cells"),
        ("a,text,Two,x", "cut off"),
    ],
)  # fmt: skip
def test_a_row_that_may_have_lost_text_is_refused(line: str, words: str) -> None:
    """One that ends in its caption, as before a line break without quotes; the file's last one
    without an end. Else a post would go out without its date."""
    header = "key,postType,caption,platforms,scheduledAt\n"
    (row,) = rows((header + line).encode())
    assert words in row.problems[0]["message"]
    assert rows(f"{header}a,text,Two,x\n".encode())[0].problems == []


def test_excel_s_line_of_the_separator_is_no_header() -> None:
    """`sep=;` names the delimiter; rows keep their lines. Other programs add quotes or cells."""
    for line in ("sep=;", '"sep=;"', "sep=;;;", '"sep=;";;'):
        (row,) = rows(f"{line}\r\npostType;caption\r\ntext;a,b\r\n".encode())
        assert (row.line, row.body and row.body.caption) == (3, "a,b")


def test_a_workbook_is_read_like_a_table() -> None:
    """Dates, times, numbers and line breaks as they are shown; blank rows are none; the row's
    number is that of the sheet."""
    found = rows(
        workbook(
            Plan=[
                HEADER,
                ["Text", "One\r\ntwo", "FB", datetime(2099, 3, 5, 9), None],
                [],
                ["Text", 7, "x", date(2099, 3, 5), time(9)],
                ["Text", 7.5, "x", date(2099, 3, 5), timedelta(hours=9)],
                ["Text", "8", "x", "2099-03-05 9:00"],
            ]
        )
    )
    assert [row.line for row in found] == [2, 4, 5, 6]
    assert captions(found) == ["One\ntwo", "7", "7.5", "8"]
    assert {row.body and row.body.scheduledAt for row in found} == {"2099-03-05T09:00:00"}
    assert [row.problems for row in found] == [[]] * 4


def test_texts_may_stand_in_a_part_of_their_own() -> None:
    """As Excel writes them, with its own sign for a carriage return, and a size that is wrong."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    texts = "".join(
        f"<si><t>{each}</t></si>" for each in ("postType", "caption", "text", TWO_LINES)
    )
    cells = '<row r="{0}"><c r="A{0}" t="s"><v>{1}</v></c><c r="B{0}" t="s"><v>{2}</v></c></row>'
    lines = cells.format(1, 0, 1) + cells.format(9, 2, 3)
    content = workbook(Plan=[])
    for name, text in (
        (
            SHEET,
            f'<worksheet {space}><dimension ref="A1"/><sheetData>{lines}</sheetData></worksheet>',
        ),
        ("xl/sharedStrings.xml", f"<sst {space}>{texts}</sst>"),
    ):
        content = _changed(content, name, text.encode())
    (row,) = rows(_announced(content))
    assert (row.line, row.body and row.body.caption) == (9, "One\ntwo")


def _announced(content: bytes) -> bytes:
    """The workbook, whose list of parts has the shared texts."""
    name = "[Content_Types].xml"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        listed = archive.read(name).decode()
    part = (
        '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    return _changed(content, name, listed.replace("</Types>", part).encode())


def test_a_cell_without_its_right_value_is_named() -> None:
    """A date without a time, a formula that nobody calculated, an error, a rounded number."""
    found = rows(
        workbook(
            Plan=[
                HEADER,
                ["text", "a", "x", date(2099, 3, 5)],
                ["text", "=1+1", "x"],
                ["text", "#N/A", "x"],
                ["text", 12345678901234567, "x"],
            ]
        )
    )
    said = [row.problems[0]["message"] for row in found]
    for words, text in zip(["no time", "never calculated", "#N/A", "15 digits"], said, strict=True):
        assert words in text


def test_the_sheet_with_the_calendar_is_found() -> None:
    """Beside others; of two calendars one must be named."""
    notes, plan = [["Ideas"]], [HEADER, ["text", "a", "x"]]
    assert captions(rows(workbook(Notes=notes, Plan=plan))) == ["a"]
    two = workbook(May=plan, June=[HEADER, ["text", "b", "x"]])
    with pytest.raises(BadFile, match=r"'May', 'June'.*--sheet"):
        rows(two)
    assert captions(rows(two, sheet="June")) == ["b"]
    with pytest.raises(BadFile, match=r"no sheet 'July'; there are 'May', 'June'"):
        rows(two, sheet="July")
    with pytest.raises(BadFile, match="is empty"):
        rows(workbook(Plan=[]))


def test_a_workbook_that_is_broken_is_refused() -> None:
    """Cut off, without its sheet, with XML that is none or that defines entities, or too large."""
    whole = workbook(Plan=[HEADER, ["text", "a", "x"]])
    broken = [
        whole[: len(whole) // 2],
        _changed(whole, SHEET, b"<worksheet"),
        _changed(whole, "xl/styles.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        _changed(whole, SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        _changed(whole, "xl/workbook.xml", b"<workbook/>"),
        _changed(whole, "xl/styles.xml", b" " * (129 << 20)),
    ]
    for content in broken:
        with pytest.raises(BadFile, match=r"workbook|damaged|is empty"):
            rows(content)


def test_a_strict_workbook_is_named() -> None:
    """It is not called empty."""
    strict = b'<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>'
    with pytest.raises(BadFile, match=r'Strict Open XML.*"Excel Workbook'):
        rows(_changed(workbook(Plan=[HEADER]), "xl/workbook.xml", strict))


def _changed(content: bytes, name: str, text: bytes) -> bytes:
    """The workbook with another text in one of its members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for member in {*old.namelist()} - {name}:
            new.writestr(member, old.read(member))
        new.writestr(name, text)
    return out.getvalue()


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("xl/workbook.bin", ".xlsb"), ("content.xml", ".ods"), ("Index.zip", "Numbers"),
        ("word/document.xml", "Word"), ("a.txt", "archive"),
    ],
)  # fmt: skip
def test_another_archive_is_named(member: str, words: str) -> None:
    """By what is in it, with what to save instead."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(member, "")
    with pytest.raises(BadFile, match=rf"{words}.*\.xlsx"):
        rows(out.getvalue())
