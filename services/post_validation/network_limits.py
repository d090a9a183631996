"""The limits of each network: captions, number of photos, types of post. Data, with sources.

`sources` name the network's own documentation. The numbers were collected on 2026-11-22: for
Threads, X and LinkedIn's photos from excerpts of these pages, for the others from the documentation
of publishing services; Bluesky's were tried on its own server. Where a network's page differs, the
page is right. Limits that are missing here are checked by the network alone. Sizes, durations and
types of files are known only after the download, so the worker checks them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from services.post_validation.text_length import (
    CountFunction,
    count_bytes,
    count_code_points,
    count_for_bluesky,
    count_for_mastodon,
    count_for_threads,
    count_utf16_units,
)
from services.post_validation.x_weight import count_for_x

ALL_POST_TYPES: Final = ("video", "photo", "text", "document")


@dataclass(frozen=True, slots=True)
class TextLimit:
    """The maximal length of a text, how it is counted, and the unit to show people."""

    maximum: int
    count: CountFunction = count_code_points
    unit: str = "characters"

    def problem(self, text: str) -> str | None:
        """What the network takes instead of a text that is too long; None for a valid one."""
        length = self.count(text)
        return (
            None if length <= self.maximum else f"at most {self.maximum} {self.unit}, not {length}"
        )


@dataclass(frozen=True, slots=True)
class NetworkLimits:
    """One network's limits; None or empty where the network documents none.

    `captions_of`: the types of post whose captions have another limit. `second_limit`: one that all
    captions must keep too. `photos`: the most photos of a post. `hashtags`, `mentions`: the most in
    a caption. `forbidden`: characters that a caption must not contain. `counted_fields`: platform
    fields that are counted with it.
    """

    post_types: tuple[str, ...]
    caption: TextLimit
    sources: tuple[str, ...]
    captions_of: Mapping[str, TextLimit] = field(default_factory=dict)
    second_limit: TextLimit | None = None
    photos: int | None = None
    hashtags: int | None = None
    mentions: int | None = None
    forbidden: str = ""
    counted_fields: tuple[str, ...] = ()

    def caption_limits(self, post_type: str) -> tuple[TextLimit, ...]:
        """The limits on captions of this type of post, which must keep all of them."""
        first = self.captions_of.get(post_type, self.caption)
        return (first,) if self.second_limit is None else (first, self.second_limit)


X_CAPTION_LIMIT: Final = TextLimit(
    280, count_for_x, "characters (a link counts 23, emoji and wide ones 2)"
)

BLUESKY_CAPTION_LIMITS: Final = (
    TextLimit(300, count_for_bluesky),
    TextLimit(3_000, count_bytes, "bytes of UTF-8"),
)

# What Mastodon has; the operator of an instance may have changed it.
MASTODON_CAPTION_LIMIT: Final = TextLimit(
    500, count_for_mastodon, "characters (a link counts 23, a mention without its server)"
)

NETWORKS: Final[dict[str, NetworkLimits]] = {
    "bluesky": NetworkLimits(
        post_types=("video", "photo", "text"),
        caption=BLUESKY_CAPTION_LIMITS[0],
        second_limit=BLUESKY_CAPTION_LIMITS[1],
        photos=4,
        sources=(
            "https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json",
            "https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/embed/images.json",
        ),
    ),
    "facebook": NetworkLimits(
        post_types=("video", "photo", "text"),
        caption=TextLimit(63_206),
        sources=(
            "https://developers.facebook.com/docs/graph-api/reference/page/feed",
            "https://developers.facebook.com/docs/graph-api/reference/page/photos",
            "https://developers.facebook.com/docs/video-api/guides/publishing",
            # The number itself was announced on Facebook's own page, on 2011-11-30.
        ),
    ),
    "gmb": NetworkLimits(
        post_types=("video", "photo", "text"),
        caption=TextLimit(1_500),
        # Four publishers that post there agree on one photo; on video they do not.
        photos=1,
        sources=(
            "https://developers.google.com/my-business/reference/rest/v4/accounts.locations.localPosts",
            "https://developers.google.com/my-business/content/posts-data",
        ),
    ),
    "instagram": NetworkLimits(
        post_types=("video", "photo"),
        caption=TextLimit(2_200),
        photos=10,
        # Instagram's apps went down to 5 in 2026; the reference of the API says 30.
        hashtags=30,
        mentions=20,
        sources=(
            "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media",
            "https://developers.facebook.com/docs/instagram-platform/content-publishing",
        ),
    ),
    "linkedin": NetworkLimits(
        post_types=ALL_POST_TYPES,
        caption=TextLimit(3_000),
        photos=20,
        sources=(
            "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api",
            "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/multiimage-post-api",
            "https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/documents-api",
        ),
    ),
    "mastodon": NetworkLimits(
        post_types=("video", "photo", "text"),
        caption=MASTODON_CAPTION_LIMIT,
        photos=4,
        counted_fields=("mastodonContentWarning",),
        sources=(
            "https://docs.joinmastodon.org/user/posting/",
            "https://docs.joinmastodon.org/entities/Instance/",
        ),
    ),
    "threads": NetworkLimits(
        post_types=("video", "photo", "text"),
        caption=TextLimit(500, count_for_threads, "characters (emoji count as their bytes)"),
        photos=20,
        sources=(
            "https://developers.facebook.com/docs/threads/posts",
            "https://developers.facebook.com/docs/threads/overview",
        ),
    ),
    "tiktok": NetworkLimits(
        post_types=("video", "photo"),
        caption=TextLimit(2_200, count_utf16_units, "UTF-16 units"),
        captions_of={"photo": TextLimit(4_000, count_utf16_units, "UTF-16 units")},
        photos=35,
        sources=(
            "https://developers.tiktok.com/doc/content-posting-api-reference-direct-post",
            "https://developers.tiktok.com/doc/content-posting-api-reference-photo-post",
        ),
    ),
    "wordpress": NetworkLimits(
        post_types=("video", "photo", "text", "document"),
        # That of every caption here: WordPress itself has none.
        caption=TextLimit(65_536),
        sources=("https://developer.wordpress.org/rest-api/reference/posts/",),
    ),
    "x": NetworkLimits(
        post_types=("video", "photo", "text"),
        caption=X_CAPTION_LIMIT,
        photos=4,
        sources=(
            "https://docs.x.com/fundamentals/counting-characters",
            "https://docs.x.com/x-api/posts/create-post",
        ),
    ),
    "youtube": NetworkLimits(
        post_types=("video",),
        caption=TextLimit(5_000, count_bytes, "bytes of UTF-8"),
        forbidden="<>",
        sources=("https://developers.google.com/youtube/v3/docs/videos",),
    ),
}
