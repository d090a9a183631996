"""Columns with the caption of one network."""

import io

import pytest

from services.calendar_import.calendar_reader import read_rows
from services.calendar_import.rows import BadFile, ReadOptions, Row
from services.posts.post_versions import given_versions

HEADER = "postType,caption,platforms"


def row_of(text: str, options: ReadOptions | None = None) -> Row:
    """The one row of a file with this text."""
    (row,) = read_rows(io.StringIO(text, newline=""), options or ReadOptions())
    return row


@pytest.mark.parametrize(
    ("title", "network"),
    [
        ("caption:mastodon", "mastodon"),
        ("Caption (Mastodon)", "mastodon"),
        ("Mastodon text", "mastodon"),
        ("X copy", "x"),
        ("post_text_twitter", "x"),
        ("Caption: Google Business", "gmb"),
        ("Blog text", "wordpress"),
    ],
)
def test_a_column_holds_the_caption_of_one_network(title: str, network: str) -> None:
    """By the names that people have for networks and captions; an empty cell is no version, and
    line breaks stay."""
    row = row_of(f'{HEADER},{title}\ntext,Hi,facebook,"For\nyou "\n')
    assert row.body is not None
    assert given_versions(row.body.versions) == {network: {"caption": "For\nyou "}}
    empty = row_of(f"{HEADER},{title}\ntext,Hi,facebook, \n")
    assert (empty.problems, empty.body and empty.body.versions) == ([], None)


@pytest.mark.parametrize("title", ["Caption (Myspace)", "Caption of mine", "x"])
def test_a_column_for_no_network_is_unknown(title: str) -> None:
    """The error names it, and says how such columns are called; it can be mapped."""
    text = f"{HEADER},{title}\ntext,Hi,x,For you\n"
    with pytest.raises(BadFile, match=r"is no column of a calendar.*caption:NETWORK"):
        row_of(text)
    row = row_of(text, ReadOptions(names={title: "caption:x"}))
    assert row.body is not None
    assert given_versions(row.body.versions) == {"x": {"caption": "For you"}}


def test_captions_join_the_other_versions_of_a_row() -> None:
    """A network's caption in both places is a problem of its column; so is JSON that cannot be
    read, of its own."""
    header = f"{HEADER},versions,caption:x\n"
    row = row_of(header + 'text,Hi,x,"{""x"": {""platformFields"": {""a"": ""b""}}}",For X\n')
    assert row.body is not None
    assert given_versions(row.body.versions) == {
        "x": {"caption": "For X", "platformFields": {"a": "b"}}
    }
    twice = row_of(header + 'text,Hi,x,"{""x"": {""caption"": ""Hi""}}",For X\n')
    assert [each["field"] for each in twice.problems] == ["caption:x"]
    for wrong, sentence in (("{", 'such as {"x": {"caption"'), ("[]", "must be an object")):
        (problem,) = row_of(f"{header}text,Hi,x,{wrong},For X\n").problems
        assert problem["field"] == "versions"
        assert sentence in problem["message"]
