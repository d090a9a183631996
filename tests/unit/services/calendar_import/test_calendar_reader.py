"""Calendars as CSV and as JSON Lines: the same rows, with their lines and keys."""

import io
import json
from typing import Any

import pytest

from services.calendar_import.calendar_reader import read_rows
from services.calendar_import.rows import BadFile, ReadOptions, Row

BASE = "https://cdn.example.com/spring/"
VALUES: dict[str, Any] = {
    "key": "a",
    "postType": "photo",
    "caption": "Two\nlines",
    "platforms": ["x", "facebook"],
    "accountIds": ["1", "2"],
    "publishMode": "next_slot",
    "photoUrls": ["a.jpg", "https://b.example/b.jpg", f"slotbeat://media/{'0' * 32}"],
    "platformFields": {"facebookPostType": "post"},
    "sourcePlaylistId": "spring",
}
CSV = (
    ",".join(VALUES)
    + '\na,photo,"Two\nlines","x, facebook",1 2,next_slot,a.jpg https://b.example/b.jpg '
    + f'slotbeat://media/{"0" * 32},"{{""facebookPostType"": ""post""}}",spring\n'
)


def rows(text: str, base: str | None = None) -> list[Row]:
    """The rows of a file with this text."""
    return list(read_rows(io.StringIO(text, newline=""), ReadOptions(base)))


def test_both_formats_say_the_same() -> None:
    """Lists, objects and line ends; links are joined to the base, except links to uploads."""
    (of_csv,), (of_json,) = rows(CSV, BASE), rows(json.dumps(VALUES), BASE)
    assert of_csv.body is not None
    assert of_csv.body == of_json.body
    assert (of_csv.key, of_json.key) == ("a", "a")
    assert (of_csv.line, of_json.line) == (2, 1)
    assert of_csv.body.photoUrls == [f"{BASE}a.jpg", *VALUES["photoUrls"][1:]]


def test_the_content_tells_the_format() -> None:
    """JSON Lines begin with an object, anything else is CSV; a row's line is its line in the
    file."""
    assert [row.line for row in rows('\n\n  {"caption": "a"}\n\n{"caption": "b"}')] == [3, 5]
    assert [row.line for row in rows("postType,caption\n\ntext,a\n")] == [3]
    with pytest.raises(BadFile, match="the file is empty"):
        rows("\n\n")


def test_without_a_key_the_content_is_the_key() -> None:
    """The order of fields does not count, nor does the base; another caption is another row."""
    one, same = {"postType": "text", "caption": "a"}, {"caption": "a", "postType": "text"}
    lines = "\n".join(map(json.dumps, (one, same, {**one, "caption": "b"})))
    first, second, third = (row.key for row in rows(lines))
    assert first == second != third
    assert [row.key for row in rows(lines, BASE)] == [first, second, third]


def test_without_a_mode_a_row_waits_for_its_date_or_the_next_slot() -> None:
    """In CSV the mode is filled in; in JSON Lines publish does it."""
    found = rows("postType,caption,scheduledAt\ntext,a,2099-01-01T10:00\ntext,b,\n")
    assert [row.body and row.body.publishMode for row in found] == ["schedule", "next_slot"]


@pytest.mark.parametrize("text", ["postType,caption,key\ntext,a,a\0b\n", '{"key": "a\\u0000b"}'])
def test_a_key_that_no_database_keeps_is_named(text: str) -> None:
    """And is shown nowhere."""
    (row,) = rows(text)
    assert (row.key, row.has_own_key) == ("", False)
    assert "NUL" in row.problems[0]["message"]
