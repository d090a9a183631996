"""What a PDS answers about files, and records that refer to them."""

from secrets import token_bytes
from typing import Any

import pytest

from tests.bluesky.pds_client import PdsClient
from tests.bluesky.tids import new_tid
from tests.bluesky.wire_outcomes import (
    INVALID,
    OK,
    OTHER_CID,
    Writer,
    outcome,
    post,
    with_image,
)
from tests.sample_files import JPEG

PNG = b"\x89PNG\r\n\x1a\n"


class BlobContract:
    """Files, and references to them."""

    def test_the_cids_are_those_of_the_content(self, writer: Writer) -> None:
        """The same bytes have the same CID at every server; so has a record."""
        blob = writer.upload(PNG + b"always the same").json()["blob"]
        assert blob["ref"]["$link"] == (
            "bafkreihymhfdhpqcnf2ecsxjxlm4ugxsjxnxbpdgptcmtcmvahwhucx66u"
        )
        record = with_image(blob) | {"createdAt": "2026-11-30T12:00:00.000Z", "count": -70_000}
        assert writer.put(new_tid(), record).json()["cid"] == (
            "bafyreif7vzggk2zvorf4jpb2yvm5f4rqrfas7kwxfcw6ocupgainpy7qsq"
        )

    def test_a_blob_s_type_is_what_its_bytes_say(self, writer: Writer) -> None:
        """Else what the header says; without one it is refused, and an empty file is not."""
        assert writer.upload(JPEG, "image/png").json()["blob"]["mimeType"] == "image/jpeg"
        assert writer.upload(b"words", "text/plain").json()["blob"]["mimeType"] == "text/plain"
        assert outcome(writer.upload(b"words", None)) == INVALID
        assert writer.upload(b"", "text/plain").json()["blob"]["size"] == 0

    def test_a_blob_lives_as_long_as_its_last_record(self, pds: PdsClient, writer: Writer) -> None:
        """It is public when a record refers to it, and gone with that; a new upload does not
        keep it."""
        content = PNG + token_bytes(50)
        ref = writer.upload(content).json()["blob"]
        asked = {"did": writer.account.did, "cid": ref["ref"]["$link"]}
        assert outcome(pds.query("sync.getBlob", **asked)) == INVALID
        rkey = new_tid()
        assert outcome(writer.put(rkey, with_image(ref))) == OK
        assert pds.query("sync.getBlob", **asked).content == content
        assert writer.upload(content).json()["blob"] == ref
        assert outcome(writer.delete(rkey)) == OK
        assert outcome(pds.query("sync.getBlob", **asked)) == INVALID
        assert outcome(writer.put(rkey, with_image(ref))) == (400, "BlobNotFound")
        assert outcome(writer.upload(content)) == OK
        assert outcome(writer.put(rkey, with_image(ref))) == OK

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({}, OK),
            ({"size": 3}, (400, "InvalidSize")),
            ({"mimeType": "image/jpeg"}, (400, "InvalidMimeType")),
            ({"mimeType": "text/plain"}, INVALID),
            ({"ref": {"$link": OTHER_CID.replace("bafyrei", "bafkrei")}}, (400, "BlobNotFound")),
        ],
        ids=str,
    )
    def test_a_reference_to_a_blob(
        self, writer: Writer, changes: dict[str, Any], expected: tuple[int, str]
    ) -> None:
        """It says the size and the type that the server has."""
        ref = writer.upload(PNG + token_bytes(50)).json()["blob"]
        assert outcome(writer.put(new_tid(), with_image({**ref, **changes}))) == expected

    @pytest.mark.parametrize(("size", "expected"), [(2_000_000, OK), (2_000_001, INVALID)])
    def test_an_image_s_size(self, writer: Writer, size: int, expected: tuple[int, str]) -> None:
        """The upload takes more than a post may show."""
        ref = writer.upload(PNG.ljust(size, b"\0")).json()["blob"]
        assert outcome(writer.put(new_tid(), with_image(ref))) == expected

    def test_an_upload_over_the_limit(self, writer: Writer) -> None:
        """413, and the connection can be used again."""
        limit = 5 * 1024 * 1024
        assert outcome(writer.upload(bytes(limit + 1))) == (413, "PayloadTooLarge")
        assert outcome(writer.upload(bytes(limit))) == OK

    def test_images_of_a_post(self, writer: Writer) -> None:
        """At most four, each with a text; a ratio is of whole numbers."""
        ref = writer.upload(PNG + token_bytes(50)).json()["blob"]
        kind = "app.bsky.embed.images"
        for images, expected in [
            ([{"image": ref, "alt": ""}] * 4, OK),
            ([{"image": ref, "alt": ""}] * 5, INVALID),
            ([{"image": ref}], INVALID),
            ([{"image": ref, "alt": "", "aspectRatio": {"width": 3, "height": 2}}], OK),
            ([{"image": ref, "alt": "", "aspectRatio": {"width": 0, "height": 2}}], INVALID),
        ]:
            record = post(embed={"$type": kind, "images": images})
            assert outcome(writer.put(new_tid(), record)) == expected
