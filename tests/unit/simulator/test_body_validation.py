"""The shape of a post's body, and what it may refer to."""

from collections.abc import Mapping
from typing import Any

import pytest

from simulator.domain.body_validation import body_problems
from simulator.domain.content_validation import check_references
from simulator.errors import CallError

GOOD: Mapping[str, Any] = {
    "type": "MEDIA",
    "profileIds": ["p1"],
    "publishAt": "2026-01-31T11:30:00.000Z",
    "captions": [{"plainText": "Hello", "firstComment": {"plainText": "First"}, "net": None}],
    "medias": [{"mediaFiles": [{"mediaLibId": "m1"}], "net": None}],
    "links": [],
    "labelIds": [],
    "briefing": {"markdown": "note"},
    "facebook": {},
    "instagram": {"shareToFeed": True},
    "linkedIn": {"documentTitle": "Title"},
    "tiktok": {"autoAddMusic": False},
}


def refused_fields(body: Mapping[str, Any], media: Mapping[str, str]) -> list[str]:
    """The wrong fields of a body with the right shape; empty when it is accepted."""
    try:
        check_references(body, {"p1", "p2"}, media)
    except CallError as refused:
        return [problem.field for problem in refused.problems]
    return []


def test_the_contract_s_own_example_is_well_made() -> None:
    """Every documented key is known and accepted."""
    assert body_problems(GOOD) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "VIDEO"}, "type"),
        ({"type": None}, "type"),
        ({"profileIds": []}, "profileIds"),
        ({"profileIds": None}, "profileIds"),
        ({"profileIds": ["p1", "p1"]}, "profileIds"),
        ({"profileIds": [1]}, "profileIds"),
        ({"publishAt": "2026-01-31T11:30:00Z"}, "publishAt"),
        ({"publishAt": "2026-02-31T11:30:00.000Z"}, "publishAt"),
        ({"publishAt": 5}, "publishAt"),
        ({"captions": {"plainText": "x"}}, "captions"),
        ({"captions": ["x"]}, "captions[0]"),
        ({"captions": [{}]}, "captions[0].plainText"),
        ({"captions": [{"plainText": "x", "net": "myspace"}]}, "captions[0].net"),
        ({"captions": [{"plainText": "x", "net": ["x"]}]}, "captions[0].net"),
        ({"captions": [{"plainText": "x", "firstComment": "y"}]}, "captions[0].firstComment"),
        ({"medias": [{"mediaFiles": "m1"}]}, "medias[0].mediaFiles"),
        ({"medias": [{"mediaFiles": [{}]}]}, "medias[0].mediaFiles[0].mediaLibId"),
        ({"links": "https://example.org"}, "links"),
        ({"briefing": "note"}, "briefing"),
        ({"briefing": {"markdown": 5}}, "briefing.markdown"),
        ({"tiktok": []}, "tiktok"),
        ({"caption": "x"}, "caption"),
    ],
)
def test_a_bad_field_is_named(change: Mapping[str, Any], field: str) -> None:
    """One bad or unknown key gives exactly one problem, which names it."""
    assert [problem.field for problem in body_problems({**GOOD, **change})] == [field]


def test_null_is_the_same_as_absent_for_optional_keys() -> None:
    """Only type and profileIds must be there."""
    bare = {key: None for key in GOOD if key not in {"type", "profileIds"}}
    assert body_problems({**GOOD, **bare}) == []


def test_media_must_be_there_and_ready() -> None:
    """A media post needs at least one file, and each of its files in SUCCESS."""
    field = "medias[0].mediaFiles[0].mediaLibId"
    assert refused_fields(GOOD, {"m1": "SUCCESS"}) == []
    assert refused_fields(GOOD, {"m1": "PROCESSING"}) == [field]
    assert refused_fields(GOOD, {}) == [field]
    assert refused_fields({**GOOD, "medias": []}, {}) == ["medias"]


def test_unknown_profiles_are_named_by_their_place() -> None:
    """The caller learns which of its profile ids is not the workspace's."""
    body = {**GOOD, "profileIds": ["p1", "stranger"]}
    assert refused_fields(body, {"m1": "SUCCESS"}) == ["profileIds[1]"]


def test_a_status_needs_words_and_a_link_post_a_link() -> None:
    """Each type requires its own content, and ignores that of others."""
    status = {**GOOD, "type": "STATUS"}
    assert refused_fields(status, {}) == []
    assert refused_fields({**status, "captions": [{"plainText": " "}]}, {}) == ["captions"]
    link = {**GOOD, "type": "LINK"}
    assert refused_fields(link, {}) == ["links"]
    assert refused_fields({**link, "links": ["https://example.org"]}, {}) == []
