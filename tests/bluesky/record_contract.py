"""What a PDS accepts in a record."""

from typing import Any

import pytest

from tests.bluesky.pds_client import POST, PdsClient
from tests.bluesky.tids import new_tid
from tests.bluesky.wire_outcomes import (
    INVALID,
    OK,
    Writer,
    outcome,
    post,
)


class RecordContract:
    """What may stand in a record."""

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"text": "x" * 300}, OK),
            ({"text": "x" * 301}, INVALID),
            ({"text": "👨‍👩‍👧‍👦" * 120}, OK),
            ({"text": "👨‍👩‍👧‍👦" * 121}, INVALID),
            ({"text": ""}, OK),
            ({"text": 7}, INVALID),
            ({"createdAt": "2035-01-01T00:00:00Z"}, OK),
            ({"createdAt": "2026-11-30T12:00:00+02:00"}, OK),
            ({"createdAt": "2026-11-30T12:00:00"}, INVALID),
            ({"langs": ["en", "de", "fr"]}, OK),
            ({"langs": ["en", "de", "fr", "pt"]}, INVALID),
            ({"tags": list("abcdefgh")}, OK),
            ({"tags": list("abcdefghi")}, INVALID),
            ({"$type": "org.example.other"}, INVALID),
            ({"marker": "kept"}, OK),
            ({"number": 1.5}, INVALID),
            ({"facets": [{"index": {"byteStart": 0, "byteEnd": 999}, "features": []}]}, OK),
            ({"facets": [{"index": {"byteStart": -1, "byteEnd": 2}, "features": []}]}, INVALID),
            ({"facets": [{"features": []}]}, INVALID),
        ],
        ids=str,
    )
    def test_a_post(
        self, writer: Writer, changes: dict[str, Any], expected: tuple[int, str]
    ) -> None:
        """300 graphemes, 3,000 bytes, an instant with its zone; unknown fields are kept."""
        record, rkey = post(**changes), new_tid()
        assert outcome(writer.put(rkey, record)) == expected
        if expected == OK:
            assert writer.get(rkey).json()["value"] == record

    @pytest.mark.parametrize("field", ["text", "createdAt"])
    def test_a_post_without(self, writer: Writer, field: str) -> None:
        """A text and an instant are required."""
        record = {key: value for key, value in post().items() if key != field}
        assert outcome(writer.create(record)) == INVALID

    @pytest.mark.parametrize(
        ("rkey", "expected"),
        [
            ("2222222222222", OK),
            ("jzzzzzzzzzzzz", OK),
            ("kzzzzzzzzzzzz", INVALID),
            ("222222222222", INVALID),
            ("self", INVALID),
            ("a b", INVALID),
        ],
    )
    def test_the_key_of_a_post(self, writer: Writer, rkey: str, expected: tuple[int, str]) -> None:
        """It is a TID, of whatever time."""
        assert outcome(writer.put(rkey)) == expected

    def test_another_collection_is_kept_unchecked(self, writer: Writer) -> None:
        """Any key, any content."""
        body = {"collection": "org.example.thing", "rkey": "self", "record": {"any": ["thing"]}}
        made = writer.call("putRecord", **body)
        assert (outcome(made), made.json()["validationStatus"]) == (OK, "unknown")

    def test_a_body_that_is_no_request(self, pds: PdsClient, writer: Writer) -> None:
        """No type, no JSON, and required fields that are not there."""
        headers = {"Authorization": f"Bearer {writer.token}"}
        url = "com.atproto.repo.putRecord"
        assert outcome(pds.http.post(url, headers=headers)) == INVALID
        typed = {**headers, "Content-Type": "application/json"}
        broken = pds.http.post(url, headers=typed, content=b"zz")
        assert outcome(broken) == (400, "SyntaxError")
        assert outcome(writer.call("putRecord", collection=POST, rkey=new_tid())) == INVALID
        assert outcome(writer.put(new_tid(), swapCommit="no CID")) == INVALID
