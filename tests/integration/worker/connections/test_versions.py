"""One post, written for each of its networks: everyone gets their own version."""

import hashlib
from typing import Any

from models.statuses import PostStatus
from tests.integration.worker.connections.bluesky_harness import BlueskyHarness
from tests.integration.worker.connections.test_bluesky_posts import photo

VERSIONS: dict[str, Any] = {
    "bluesky": {"caption": "For Bluesky", "media": [1], "altTexts": ["A loaf"]},
    "x": {"caption": "For X", "media": []},
}


def test_each_network_gets_its_version(bluesky: BlueskyHarness) -> None:
    """Bluesky the second photo with its own alt text, X a text alone, Facebook the common text with
    both photos; and no file is sent to a connection of which no version has it."""
    harness, account = bluesky.harness, bluesky.connect()
    files = [photo(20), photo(30)]
    links = [harness.serve_file(f"{n}.jpg", file) for n, file in enumerate(files)]
    post = harness.accept(
        "For everyone else", "photo", platforms=["bluesky", "x", "facebook"],
        photoUrls=links, altTexts=["A cup"], versions=VERSIONS,
    )  # fmt: skip
    (ended,) = harness.run_to_end(post)
    assert (ended.status, ended.reason) == (PostStatus.PUBLISHED, None)
    (record,) = bluesky.pds.list_records(account.did)
    (image,) = record["value"]["embed"]["images"]
    assert (record["value"]["text"], image["alt"]) == ("For Bluesky", "A loaf")
    assert bluesky.pds.get_blob(account.did, image["image"]["ref"]["$link"]) == files[1]
    published = harness.simulator_state("ledger")["publications"]
    texts = {"x": "For X", "facebook": "For everyone else"}
    assert {row["network"]: row["captionSha256"] for row in published} == {
        name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()
    }
    media = {each.id: each.position for each in harness.media(post)}
    sent = sorted((each.connection_id, media[each.media_id]) for each in harness.uploads(post))
    own = bluesky.connection_of(account).id
    assert [position for connection, position in sent if connection == own] == [1]
    assert [position for connection, position in sent if connection != own] == [0, 1]
