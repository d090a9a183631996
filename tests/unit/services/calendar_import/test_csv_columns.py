"""Columns of a calendar: delimiters, names, and the keys of rows."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.calendar_import.calendar_reader import read_rows, summarize
from services.calendar_import.csv_injection import escape_formula, unescape_formula
from services.calendar_import.rows import BadFile, ReadOptions, Row

PLAIN = "postType,caption,platforms\n"


def rows(text: str, how: ReadOptions | None = None) -> list[Row]:
    """The rows of a file with this text."""
    return list(read_rows(io.StringIO(text, newline=""), how or ReadOptions()))


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^"])
def test_what_separates_cells_is_found_out(separator: str) -> None:
    """Commas, semicolons, tabs and bars by the header alone; anything else where it is given."""
    text = f'postType,caption,platforms\ntext,"a{separator}b,c",x\n'.replace(",", separator)
    how = ReadOptions(delimiter="^") if separator == "^" else ReadOptions()
    (row,) = rows(text, how)
    assert row.body is not None
    assert row.body.caption == f"a{separator}b{separator}c"
    assert summarize(io.StringIO(text), how).delimiter == separator


def test_a_row_is_named_by_the_line_on_which_it_begins() -> None:
    """For any line ends in cells, and any number of blank lines before the header."""
    text = PLAIN + 'text,"a\nb",x\n\n , ,\n"text","a\r\nb\rc",x\r\ntext,d,x\n'
    assert [row.line for row in rows(text)] == [2, 6, 9]


def test_columns_may_have_other_names() -> None:
    """In both formats; an empty name ignores a column, and an unknown column is an error."""
    how = ReadOptions(names={"Post text": "caption", "Notes": ""})
    (of_csv,) = rows("postType,Post text,platforms,Notes\ntext,Hi,x,never\n", how)
    (of_json,) = rows('{"postType":"text","Post text":"Hi","platforms":["x"],"Notes":1}', how)
    plain = rows(PLAIN + "text,Hi,x\n")[0]
    for row in (of_csv, of_json):
        assert row.body is not None
        assert row.body.caption == "Hi"
    assert of_csv.key == plain.key, "the same content is the same row, whatever it is called"
    with pytest.raises(BadFile, match="no 'Notes' to be mapped"):
        rows("postType,Post text\ntext,Hi\n", how)
    with pytest.raises(BadFile, match="'caption' is there twice"):
        rows("postType,Post text,caption,Notes\ntext,Hi,Hi,\n", how)
    (twice,) = rows('{"caption":"a","Post text":"b"}', how)
    assert twice.problems[0]["field"] == "caption"


def test_a_header_that_is_further_down_is_found() -> None:
    """And the error says where it is; a title that nobody knows is no title of a file."""
    for above, row in (("Plan for May,,\n", 2), ("Plan,,\n\n,,\nMade by us,,\n", 5)):
        with pytest.raises(BadFile, match=rf"the header is in row {row}.*delete the rows above"):
            rows(above + PLAIN + "text,Hi,x\n")
        with pytest.raises(BadFile, match=f"the header is in row {row}"):
            summarize(io.StringIO(above + PLAIN))
    with pytest.raises(BadFile, match=r"'Link' is no column of a calendar;"):
        rows("postType,caption,Link,Notes\ntext,Hi,x,y\n")


@pytest.mark.parametrize(
    "text", ['[{"caption":"a"}]', "[\n{}\n]", '\n{\n"caption": "a"\n}\n', "[]"]
)
def test_json_in_one_piece_is_named(text: str) -> None:
    """A list of objects, and an object that has several lines."""
    with pytest.raises(BadFile, match="must be JSON Lines"):
        rows(text)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ('"say \\"hi\\" to",x\n', 'twice, as in "say ""hi"" to us"'),
        ('"a,x\n', "must end with one"),
        (f"{'a' * 140_000},x\n", "quote at the end"),
    ],
)  # fmt: skip
def test_quotes_that_are_wrong_are_explained(cells: str, words: str) -> None:
    """With what to write."""
    with pytest.raises(BadFile, match=f"line 2: not valid CSV.*{words}"):
        rows(PLAIN + "text," + cells)
    (row,) = rows(PLAIN + 'text, "Hello, world", x\n')
    assert "without blanks around" in row.problems[0]["message"]


def test_what_a_report_says_is_no_part_of_a_row() -> None:
    """`line` and `error` are ignored; the row is the same as without them."""
    (plain,) = rows(PLAIN + "text,Hi,x\n")
    (of_csv,) = rows("line,error," + PLAIN + "7,caption: no,text,Hi,x\n")
    assert of_csv.key == plain.key
    (bare,) = rows('{"postType":"text","caption":"Hi"}')
    (of_json,) = rows('{"line":7,"error":"no","postType":"text","caption":"Hi"}')
    assert (of_json.key, of_json.problems) == (bare.key, [])


@given(st.text(alphabet="'=+-@\t\ra1 ", max_size=6))
def test_no_cell_is_a_formula_and_none_is_lost(text: str) -> None:
    """Exported cells do not begin like a formula, and are read back unchanged."""
    cell = escape_formula(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unescape_formula(cell) == text
