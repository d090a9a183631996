"""A draft for Bluesky, to be changed by the tests."""

from typing import Any

from provider.protocol import Draft, DraftMedia

DELIVERY = "019ad0c2e8127f71989636281eb0d02b"
MARKER = f"slotbeat:a:{DELIVERY}"
# As long as real ones.
IMAGE_CID, VIDEO_CID = f"bafkrei{'i' * 52}", f"bafkrei{'v' * 52}"
IMAGE = DraftMedia(f"{IMAGE_CID} 43631 image/jpeg", "image/jpeg", "a cup", 800, 600)
VIDEO = DraftMedia(f"{VIDEO_CID} 900000 video/mp4", "video/mp4", "", 1080, 1920)


def bluesky_draft(**changes: Any) -> Draft:  # noqa: ANN401  (any field)
    """A text post; `changes` replaces fields."""
    known: dict[str, Any] = {
        "profile_id": "did:plc:alice",
        "platform": "bluesky",
        "post_type": "text",
        "caption": "Hello",
        "media": (),
        "publish_at": None,
        "fields": {},
        "marker": MARKER,
    }
    return Draft(**{**known, **changes})
