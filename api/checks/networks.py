"""What each network takes: captions, numbers of photos, types of post. Data, with its sources.

`sources` name the network's own page on the matter. The numbers were gathered on 2026-11-22 from
excerpts of these pages (Threads, X, LinkedIn's photos) and, for the others, from the documentation
of publishers that post there: where the network says otherwise, it is right. What is left out is
left to the network. Sizes, durations and kinds of files are known only after the download: the
worker checks those.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from api.checks.counting import Count, characters, threads, utf8, utf16, weighted

ALL: Final = ("video", "photo", "text", "document")


@dataclass(frozen=True, slots=True)
class Length:
    """The most that a text may count, how that is counted, and a word on it for people."""

    most: int
    count: Count = characters
    unit: str = "characters"


@dataclass(frozen=True, slots=True)
class Network:
    """One network's limits; None and empty: none that it documents.

    `captions_of` has the types of post whose captions have a limit of their own. `photos` is a
    post's most photos. `hashtags` and `mentions` are counted in the caption. `forbidden` are
    characters that a caption must not hold.
    """

    post_types: tuple[str, ...]
    caption: Length
    sources: tuple[str, ...]
    captions_of: Mapping[str, Length] = field(default_factory=dict)
    photos: int | None = None
    hashtags: int | None = None
    mentions: int | None = None
    forbidden: str = ""

    def length_of(self, post_type: str) -> Length:
        """The limit on captions of this type of post."""
        return self.captions_of.get(post_type, self.caption)


X_CAPTION: Final = Length(280, weighted, "characters (a link counts 23, emoji and wide ones 2)")

NETWORKS: Final[dict[str, Network]] = {
    "facebook": Network(
        post_types=("video", "photo", "text"),
        caption=Length(63_206),
        sources=(
            "https://developers.facebook.com/docs/graph-api/reference/page/feed",
            "https://developers.facebook.com/docs/graph-api/reference/page/photos",
            "https://developers.facebook.com/docs/video-api/guides/publishing",
            # The number itself was announced on Facebook's own page, on 2011-11-30.
        ),
    ),
    "gmb": Network(
        post_types=("video", "photo", "text"),
        caption=Length(1_500),
        # Four publishers that post there agree on one photo; on video they do not.
        photos=1,
        sources=(
            "https://developers.google.com/my-business/reference/rest/v4/accounts.locations.localPosts",
            "https://developers.google.com/my-business/content/posts-data",
        ),
    ),
    "instagram": Network(
        post_types=("video", "photo"),
        caption=Length(2_200),
        photos=10,
        # Instagram's apps went down to 5 in 2026; the reference of the API says 30.
        hashtags=30,
        mentions=20,
        sources=(
            "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media",
            "https://developers.facebook.com/docs/instagram-platform/content-publishing",
        ),
    ),
    "linkedin": Network(
        post_types=ALL,
        caption=Length(3_000),
        photos=20,
        sources=(
            "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api",
            "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/multiimage-post-api",
            "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/documents-api",
        ),
    ),
    "threads": Network(
        post_types=("video", "photo", "text"),
        caption=Length(500, threads, "characters (emoji count as their bytes)"),
        photos=20,
        sources=(
            "https://developers.facebook.com/docs/threads/posts",
            "https://developers.facebook.com/docs/threads/overview",
        ),
    ),
    "tiktok": Network(
        post_types=("video", "photo"),
        caption=Length(2_200, utf16, "UTF-16 units"),
        captions_of={"photo": Length(4_000, utf16, "UTF-16 units")},
        photos=35,
        sources=(
            "https://developers.tiktok.com/doc/content-posting-api-reference-direct-post",
            "https://developers.tiktok.com/doc/content-posting-api-reference-photo-post",
        ),
    ),
    "x": Network(
        post_types=("video", "photo", "text"),
        caption=X_CAPTION,
        photos=4,
        sources=(
            "https://docs.x.com/fundamentals/counting-characters",
            "https://docs.x.com/x-api/posts/create-post",
        ),
    ),
    "youtube": Network(
        post_types=("video",),
        caption=Length(5_000, utf8, "bytes of UTF-8"),
        forbidden="<>",
        sources=("https://developers.google.com/youtube/v3/docs/videos",),
    ),
}
