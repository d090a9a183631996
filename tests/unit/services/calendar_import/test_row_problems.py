"""A row's problems in one round, and keys that stand twice in a file."""

import io
import json

from hypothesis import given
from hypothesis import strategies as st

from services.calendar_import.calendar_reader import read_rows
from services.calendar_import.partial_body import further_problems
from services.calendar_import.rows import Row
from services.errors import FieldError

HEADER = "key,postType,caption,platforms,scheduledAt,photoUrls,platformFields\n"


def rows(text: str) -> list[Row]:
    """The rows of a file with this text."""
    return list(read_rows(io.StringIO(text, newline="")))


def test_every_cell_that_cannot_be_read_is_named() -> None:
    """With what the request itself refuses; what is right of the row is kept for other checks."""
    (row,) = rows(HEADER + f"{'k' * 201},story,Hi,x myspace,5.3.2027,[a,{{a}}\n")
    found = [problem["field"] for problem in row.problems]
    assert sorted(found) == [
        "key", "photoUrls", "platformFields", "platforms[1]", "postType", "scheduledAt",
    ]  # fmt: skip
    assert row.body is not None
    assert (row.body.caption, row.body.platforms) == ("Hi", ["x"])


def test_a_key_that_a_spreadsheet_has_lost_is_refused() -> None:
    """An error, or a number without its last digits: many rows might have the same."""
    cells = {
        "#REF!": "mend the formula", "1.23457E+15": "format the cell as text",
        "1,2E+10": "format the cell as text",
    }  # fmt: skip
    for key, words in cells.items():
        for row in rows(HEADER + f'"{key}",text,Hi,x,,,\n"{key}",text,Ho,x,,,\n'):
            (problem,) = row.problems
            assert problem["field"] == "key"
            assert words in problem["message"]
    assert rows(HEADER + "E+12,text,Hi,x,,,\n")[0].problems == []


def test_keys_that_look_the_same_are_one_in_a_file() -> None:
    """In either form of Unicode, or with a character that nobody sees."""
    for other in ("fru\u0308h", "früh\u200b", "fr\u200büh"):
        first, second = rows(HEADER + f"früh,text,Hi,x,,,\n{other},text,Ho,x,,,\n")
        assert first.problems == []
        assert "the key of row 2 already" in second.problems[0]["message"]


def test_every_field_of_json_that_cannot_be_read_is_named() -> None:
    """With the key and the others; a time without a date is no empty date."""
    (row,) = rows('{"key": 7, "postType": "story", "caption": "Hi", "scheduledAt": "5.3.2027"}')
    assert [problem["field"] for problem in row.problems] == ["scheduledAt", "key", "postType"]
    assert row.problems[1]["message"] == 'must be a text, such as "7"'
    (row,) = rows(
        '{"postType": "text", "caption": "Hi", "scheduledAt": "", "scheduledTime": "9:00"}'
    )
    assert "give both or none" in row.problems[0]["message"]


def test_a_cell_of_invisible_characters_is_empty() -> None:
    """And others lose them at their ends: else a key would be another key. A caption keeps them."""
    (row,) = rows(HEADER + "\u200ba\ufeff,\ufefftext,\u200bHi,x\u2060,\u200b,\u200e,\u200b\n")
    assert (row.key, row.problems) == ("a", [])
    assert row.body is not None
    assert (row.body.caption, row.body.platforms) == ("\u200bHi", ["x"])
    assert (row.body.scheduledAt, row.body.publishMode) == (None, "next_slot")


def test_a_problem_that_comes_from_another_is_not_named() -> None:
    """Without a type of post, nobody knows which media it needs."""
    known = [FieldError(field="postType", message=""), FieldError(field="platforms[1]", message="")]
    found = [FieldError(field=name, message="") for name in ("videoUrl", "platforms", "timezone")]
    assert [each["field"] for each in further_problems(known, found)] == ["timezone"]


def test_a_key_that_stands_twice_is_an_error_of_the_second_row() -> None:
    """It names the first row; the same row again is the same post, in either format."""
    table = "key,postType,caption\na,text,One\nb,text,Two\na,text,One\na,text,Other\n"
    bodies = [("a", "One"), ("b", "Two"), ("a", "One"), ("a", "Other")]
    lines = "\n".join(
        json.dumps({"key": key, "postType": "text", "caption": text}) for key, text in bodies
    )
    for text, first in ((table, 2), (lines, 1)):
        *same, other = rows(text)
        assert [row.problems for row in same] == [[], [], []]
        (problem,) = other.problems
        assert problem["field"] == "key"
        assert f"the key of row {first} already" in problem["message"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), max_size=12))
def test_a_row_is_refused_if_and_only_if_the_first_of_its_key_differs(
    pairs: list[tuple[str, str]],
) -> None:
    """Of any keys and captions, in any order."""
    first: dict[str, str] = {}
    text = "key,postType,caption\n" + "".join(f"{key},text,{word}\n" for key, word in pairs)
    for row, (key, word) in zip(rows(text), pairs, strict=True):
        assert bool(row.problems) == (first.setdefault(key, word) != word)
