"""Columns with the caption of one network."""

import io

import pytest

from services.calendar_import.calendar_reader import read_rows
from services.calendar_import.rows import BadFile, ReadOptions, Row
from services.post_validation.carried_fields import PostProviders
from services.post_validation.post_checks import content_problems
from services.post_validation.version_problems import version_problems
from services.post_validation.whole_post import DeliveryTarget, WholePost
from services.posts.post_versions import given_versions
from tests.paths import ROOT

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


def test_the_example_has_a_version_for_each_network() -> None:
    """It is right as it is, and each network gets what is written for it."""
    row = row_of((ROOT / "examples" / "versions.csv").read_text("utf-8"))
    assert (row.problems, row.body is not None) == ([], True)
    body = row.body
    assert body is not None
    assert body.platforms == ["bluesky", "mastodon", "wordpress"]
    versions = given_versions(body.versions)
    assert sorted(versions) == ["bluesky", "mastodon"]
    targets = [DeliveryTarget(each) for each in body.platforms]
    post = WholePost("text", body.caption, targets, versions=versions, title=body.title)
    assert version_problems(post) == []
    assert content_problems(post, lambda _: PostProviders("simulator")) == []
