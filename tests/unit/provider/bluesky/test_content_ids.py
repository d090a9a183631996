"""Content ids, against those that Bluesky's own server gave."""

import hashlib

from provider.bluesky.content_ids import file_id, record_id
from tests.unit.provider.bluesky.server_records import FIRST, FIRST_ID, SECOND, SECOND_ID


def test_the_id_of_a_file_is_the_servers() -> None:
    """A file's id follows from its SHA-256."""
    digest = hashlib.sha256(b"x").digest()
    assert file_id(digest) == "bafkreibnoelefnzgwbcacyt4vh52ymxvzbjq7mmqhtcnwarfq4lzegsiqe"


def test_the_id_of_a_record_is_the_servers() -> None:
    """A record's id follows from its content: emoji, files, numbers and references."""
    assert record_id(FIRST) == FIRST_ID
    assert record_id(SECOND) == SECOND_ID


def test_only_the_content_counts() -> None:
    """The order of the fields is the encoding's, not ours; any other change makes another id."""
    assert record_id(dict(reversed(FIRST.items()))) == FIRST_ID
    assert record_id({**FIRST, "text": "x"}) != FIRST_ID


def test_a_link_is_no_text() -> None:
    """A reference to a file has another id than the same text."""
    link = "bafkreibnoelefnzgwbcacyt4vh52ymxvzbjq7mmqhtcnwarfq4lzegsiqe"
    assert record_id({"ref": {"$link": link}}) != record_id({"ref": link})
