"""Captions, photos and types of posts against the networks' limits."""

import pytest

from services.inputs.field_types import PLATFORMS
from services.post_validation.content import PostContent, caption_problems, network_problems
from services.post_validation.network_limits import NETWORKS


def found(post_type: str, *platforms: str, caption: str = "Hi", photos: int = 0) -> list[str]:
    """The problems of a content, as sentences."""
    content = PostContent(post_type, caption, platforms, photos)
    return [f"{each['field']}: {each['message']}" for each in network_problems(content)]


def test_every_platform_has_its_limits_and_their_sources() -> None:
    """The table has every supported network, and each entry says where it is from."""
    assert tuple(sorted(NETWORKS)) == PLATFORMS
    for network in NETWORKS.values():
        assert network.sources
        assert all(source.startswith("https://") for source in network.sources)
        assert set(network.captions_of) <= set(network.post_types)


@pytest.mark.parametrize(
    ("platform", "post_type", "most", "letter"),
    [
        ("bluesky", "text", 300, "a"),
        ("bluesky", "photo", 120, "👨‍👩‍👧‍👦"),
        ("facebook", "text", 63_206, "a"),
        ("gmb", "text", 1_500, "日"),
        ("instagram", "photo", 2_200, "日"),
        ("linkedin", "document", 3_000, "é"),
        ("threads", "text", 500, "é"),
        ("threads", "text", 125, "😀"),
        ("tiktok", "video", 1_100, "😀"),
        ("tiktok", "photo", 4_000, "a"),
        ("x", "text", 280, "a"),
        ("x", "text", 140, "日"),
        ("x", "video", 140, "😀"),
        ("youtube", "video", 5_000, "a"),
        ("youtube", "video", 2_500, "é"),
    ],
)
def test_a_caption_may_be_just_so_long(
    platform: str, post_type: str, most: int, letter: str
) -> None:
    """The longest caption is accepted; one more letter is refused, with both lengths."""
    assert found(post_type, platform, caption=letter * most) == []
    (problem,) = found(post_type, platform, caption=letter * most + letter)
    said = [
        f"caption: {platform} takes at most {limit.maximum} {limit.unit}, not {length}"
        for limit in NETWORKS[platform].caption_limits(post_type)
        if (length := limit.count(letter * (most + 1))) > limit.maximum
    ]
    assert [problem] == said


@pytest.mark.parametrize(
    ("platform", "post_type"),
    [
        ("instagram", "text"),
        ("tiktok", "text"),
        ("youtube", "text"),
        ("youtube", "photo"),
        ("facebook", "document"),
        ("x", "document"),
    ],
)
def test_a_network_has_its_types_of_posts(platform: str, post_type: str) -> None:
    """Another type is refused for this network, even if other networks take it."""
    (problem,) = found(post_type, "linkedin", platform)
    takes = " or ".join(NETWORKS[platform].post_types)
    assert problem == f"platforms: {platform} takes {takes} posts, no {post_type} posts"


def test_bluesky_counts_graphemes_and_bytes() -> None:
    """A caption keeps both limits: 300 graphemes, and 3,000 bytes; it may break both at once."""
    family = "👨‍👩‍👧‍👦"
    assert found("text", "bluesky", caption=family * 120) == []
    problems = found("text", "bluesky", caption=family * 301)
    assert problems == [
        "caption: bluesky takes at most 300 characters, not 301",
        f"caption: bluesky takes at most 3000 bytes of UTF-8, not {301 * len(family.encode())}",
    ]


@pytest.mark.parametrize(
    ("platform", "most"), [("bluesky", 4), ("x", 4), ("instagram", 10), ("gmb", 1)]
)
def test_a_post_has_so_many_photos(platform: str, most: int) -> None:
    """As many as the network takes, and no more."""
    assert found("photo", platform, photos=most) == []
    (problem,) = found("photo", platform, photos=most + 1)
    assert problem.startswith(f"photoUrls: {platform} takes ")


@pytest.mark.parametrize(
    ("most", "one", "none"),
    [
        (30, " #tag", " https://a.example/#part a#b &#39; #12 # #"),
        (20, " @name", " me@mail.example @ @@"),
    ],
)
def test_instagram_counts_hashtags_and_mentions(most: int, one: str, none: str) -> None:
    """30 hashtags and 20 mentions; a link's fragment and an address are none."""
    assert found("photo", "instagram", caption=one * most + none) == []
    (problem,) = found("photo", "instagram", caption=one * (most + 1) + none)
    assert f"at most {most} " in problem
    assert found("photo", "facebook", caption=one * (most + 1)) == []


def test_youtube_takes_no_angle_brackets() -> None:
    """A description with < or > is refused by its API."""
    assert found("video", "youtube", caption="a < b") == [
        "caption: youtube takes no caption with < or >"
    ]
    assert found("video", "facebook", caption="a < b") == []


def test_every_network_has_its_say() -> None:
    """All problems are reported together, each with its network."""
    problems = found("photo", "x", "threads", "youtube", caption="a" * 501, photos=5)
    assert [problem.split(" takes ")[0] for problem in problems] == [
        "platforms: youtube",
        "photoUrls: x",
        "caption: x",
        "caption: threads",
    ]


def test_a_text_post_has_words() -> None:
    """White space is no text; a photo needs none."""
    assert [p["field"] for p in caption_problems(PostContent("text", " \n", ["x"]))] == ["caption"]
    assert [*caption_problems(PostContent("photo", "", ["x"], 1))] == []
