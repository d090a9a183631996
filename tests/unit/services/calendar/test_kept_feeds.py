"""Kept texts of feeds: built once for each ETag, and bounded."""

from services.calendar.kept_feeds import KeptFeeds


class Builder:
    """Makes texts of ten bytes, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> bytes:
        """A text."""
        self.count += 1
        return bytes(10)


def test_an_unchanged_feed_is_not_built_again() -> None:
    """The text is built for a new ETag only, and another organization's is its own."""
    feeds, builder = KeptFeeds(), Builder()
    for owner, etag in (("a", "1"), ("a", "1"), ("b", "1"), ("a", "2"), ("a", "2"), ("b", "1")):
        feeds.get(owner, etag, builder)
    assert builder.count == 3


def test_the_kept_bytes_are_bounded() -> None:
    """Where there are too many bytes, the feed goes that was asked for the longest ago."""
    feeds, builder = KeptFeeds(max_bytes=25), Builder()
    for owner in ("a", "b", "a", "c"):
        feeds.get(owner, "1", builder)
    assert builder.count == 3
    feeds.get("a", "1", builder)
    assert builder.count == 3
    feeds.get("b", "1", builder)
    assert builder.count == 4
