"""Cells of a workbook whose value is not what a person sees."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.services.calendar_import.workbooks import read_sheet

HEADER = ["key", "postType", "caption", "platforms", "scheduledAt", "scheduledTime"]


@pytest.mark.parametrize(
    ("value", "number_format", "caption"),
    [
        (0.5, "0%", "50%"), (0.125, "0.0%", "12.5%"), (4.5, "0.00", "4.50"), (7, "0000", "0007"),
        (7, "0", "7"), (7, "#", "7"), (2.5, "General", "2.5"), (2.5, "@", "2.5"), (-7, "0", "-7"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_shown(value: float, number_format: str, caption: str) -> None:
    """In the usual formats: "50%" that was typed is kept as 0.5."""
    (row,) = read_sheet([HEADER, ["a", "text", value, "x"]], {"C2": number_format})
    assert row.body is not None
    assert (row.body.caption, row.problems) == (caption, [])


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (1234.5, "#,##0.00"), (4.5, '0.00 "EUR"'), (2.5, "0"), (2.5, "0000"), (3, "# ?/?"),
        (0.125, "0%"),
        (7, '"No. "0'), (datetime(2099, 3, 5, 9), "dd.mm.yyyy"), (date(2099, 3, 5), "d-mmm"),
        (time(9), "h:mm AM/PM"), (True, "General"),
    ],
)  # fmt: skip
def test_a_caption_that_is_shown_otherwise_is_refused(value: object, number_format: str) -> None:
    """It would go out as something that nobody wrote; the sentence says what to do."""
    (row,) = read_sheet([HEADER, ["a", "text", value, "x"]], {"C2": number_format})
    (problem,) = row.problems
    assert problem["field"] == "caption"
    assert "format the cell as text" in problem["message"]


@pytest.mark.parametrize(
    ("written", "caption"),
    [
        ("a_x000D_\nb", "a\nb"), ("a_x005F_x000D_", "a_x000D_"), ("a_x0009_b", "a\tb"),
        ("a_x12_b", "a_x12_b"), ("_xD83D_", "_xD83D_"),
    ],
)  # fmt: skip
def test_an_escaped_character_is_that_character(written: str, caption: str) -> None:
    """As Excel writes a carriage return, a tab, and a text that only looks escaped."""
    (row,) = read_sheet([HEADER, ["a", "text", written, "x"]])
    assert row.body is not None
    assert row.body.caption == caption


def test_a_merged_cell_is_no_empty_one() -> None:
    """A row below the first one of a range would lose its date, and go into the next slot."""
    lines: list[list[object]] = [
        [*HEADER], ["a", "text", "A", "x", datetime(2099, 3, 5, 9)], ["b", "text", "B"],
        ["c", "text", "C", "x", datetime(2099, 3, 6, 9)],
    ]  # fmt: skip
    rows = read_sheet(lines, merged=["E2:E3", "D2:D3", "A5:F9"])
    assert [row.problems for row in (rows[0], rows[2])] == [[], []]
    assert [problem["field"] for problem in rows[1].problems] == ["platforms", "scheduledAt"]
    assert all("unmerge the cells" in problem["message"] for problem in rows[1].problems)


def test_merged_titles_and_cells_of_one_row_are_no_problem() -> None:
    """Nor columns that have no title."""
    lines = [HEADER, [], ["a", "text", "A", "x"], ["b", "text", "B", "x"]]
    rows = read_sheet(lines, merged=["A1:A2", "B1:B2", "E3:F3", "H3:J4"])
    assert [row.problems for row in rows] == [[], []]


@given(st.integers(-(10**14), 10**14))
def test_any_whole_number_is_a_key(number: int) -> None:
    """Without a point, and with all of its digits."""
    (row,) = read_sheet([HEADER, [number, "text", "A", "x"]])
    assert row.key == str(number)
