"""Platform fields: each key with its platform, its types of posts and its values."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.inputs.field_types import PLATFORMS
from services.post_validation.content import PostContent
from services.post_validation.platform_field_table import (
    BLUESKY,
    MASTODON,
    PLATFORM_FIELDS,
    WORDPRESS,
)
from services.post_validation.platform_fields import field_problems
from services.post_validation.title_fields import TITLE_FIELDS
from tests.unit.services.post_validation.platform_field_problems import POLL, list_problems

# As the contract's page lists them.
DOCUMENTED = re.findall(
    r"\w+",
    """
youtubeTitle youtubeVisibility youtubeMadeForKids youtubeContainsSyntheticMedia youtubeCategoryId
youtubePlaylistId youtubeFirstComment
instagramContentType instagramShareToFeed instagramCollaborators instagramUserTags
instagramTrialGraduationStrategy instagramThumbOffset instagramThumbnail instagramAudioName
instagramFirstComment
facebookDraft facebookContentType facebookTitle facebookFirstComment facebookPageId
facebookGeoCountries
linkedinDocumentTitle linkedinOrganizationUrn linkedinFirstComment linkedinDisableLinkPreview
linkedinGeoCountries
xReplyToTweetId xReplySettings xThreadItems xPollOptions xPollDurationMinutes xLongVideo
xGeoCountries
tiktokPrivacyLevel tiktokAllowComment tiktokAllowDuet tiktokAllowStitch
tiktokContentPreviewConfirmed tiktokExpressConsentGiven tiktokVideoCoverTimestampMs
tiktokVideoCoverImageUrl tiktokMediaType tiktokPhotoCoverIndex tiktokDescription
tiktokAutoAddMusic tiktokVideoMadeWithAi tiktokDraft tiktokCommercialContentType
""",
)
LINK = "https://cdn.example.com/cover.jpg?signature=a"
TAGS = '[{"username": "ana", "x": 0.5, "y": 1}]'
BOOLEANS = (["true", "false"], ["True", "1", "yes", "", " true"])
TEXTS = (["Words", "a" * 5_000], ["", " \n"])
LINKS = ([LINK], ["http://a.example/b.jpg", "cover.jpg", "https://localhost/a", ""])
COUNTRIES = (
    ["PT", "PT,US", " PT , GB ", '["PT", "US"]'],
    ["", "pt", "UK", "PRT", "PT,,US", "[]", '["PT"', "[1]", '{"a": 1}', "[" * 5_000],
)
KINDS = (["reel", "Story", "STORIES", "reels", "feed", "post"], ["", "carousel", "reel "])
MILLISECONDS = (["0", "1500", "600000"], ["-1", "1.5", "1s", "", "٣", "9" * 5_000])
# key: (post types, valid values, invalid values)
VALUES: dict[str, tuple[str, tuple[list[str], list[str]]]] = {
    "youtubeTitle": ("video", (["A title", "é" * 100], ["", "  ", "a" * 101, "a <b>"])),
    "youtubeVisibility": ("video", (["public", "unlisted", "private"], ["Public", "hidden", ""])),
    "youtubeMadeForKids": ("video", BOOLEANS),
    "youtubeContainsSyntheticMedia": ("video", BOOLEANS),
    "youtubeCategoryId": ("video", (["22"], ["Music", "", "-1", "1.0"])),
    "youtubePlaylistId": ("video", (["PLabc-_1"], ["", "a b", "https://youtu.be/x"])),
    "youtubeFirstComment": ("video", (["First!"], ["", "a" * 10_001])),
    "instagramContentType": ("video", KINDS),
    "instagramShareToFeed": ("video", BOOLEANS),
    "instagramCollaborators": (
        "video photo",
        (["ana", "@ana,b.o_b", '["a", "b", "c"]'], ["", "a,b,c,d", "a b", "[]", "ana,", "a" * 31]),
    ),
    "instagramUserTags": (
        "photo",
        (
            [TAGS, '[{"username": "a", "x": 0, "y": 0, "mediaIndex": 1}]'],
            [
                "", "ana", "[]", "{}", '["ana"]', '[{"username": "a"}]', '[{"x": 0, "y": 0}]',
                '[{"username": "a", "x": 1.1, "y": 0}]', '[{"username": "a", "x": "0", "y": 0}]',
                '[{"username": "a", "x": NaN, "y": 0}]', '[{"username": "a", "x": true, "y": 0}]',
                '[{"username": "a", "x": 0, "y": 0, "mediaIndex": 2}]', "[" * 100_000,
                '[{"username": "a", "x": 0, "y": 0, "mediaIndex": "0"}]', '[{"x": "\\ud800"}]',
            ],
        ),
    ),
    "instagramTrialGraduationStrategy": ("video", (["MANUAL", "SS_PERFORMANCE"], ["manual", ""])),
    "instagramThumbOffset": ("video", MILLISECONDS),
    "instagramThumbnail": ("video", LINKS),
    "instagramAudioName": ("video", TEXTS),
    "instagramFirstComment": ("video photo", TEXTS),
    "facebookDraft": ("video photo text", BOOLEANS),
    "facebookContentType": ("video", KINDS),
    "facebookTitle": ("video", TEXTS),
    "facebookFirstComment": ("video photo text", TEXTS),
    "facebookPageId": ("video photo text", (["100064"], ["", "page", "1" * 20])),
    "facebookGeoCountries": ("video photo text", COUNTRIES),
    "linkedinDocumentTitle": ("document", TEXTS),
    "linkedinOrganizationUrn": (
        "video photo text document",
        (["urn:li:organization:12"], ["12", "urn:li:person:a", "urn:li:organization:12 "]),
    ),
    "linkedinFirstComment": ("video photo text document", TEXTS),
    "linkedinDisableLinkPreview": ("video photo text document", BOOLEANS),
    "linkedinGeoCountries": ("video photo text document", COUNTRIES),
    "xReplyToTweetId": ("video photo text", (["1346889436626259968"], ["", "a", "1" * 20, "-1"])),
    "xReplySettings": (
        "video photo text",
        (["following", "mentionedUsers", "subscribers", "verified"], ["everyone", "Following"]),
    ),
    "xThreadItems": (
        "video photo text",
        (
            ['["Second", "Third"]', '[{"content": "Second"}]', '[{"text": "日"}]'],
            [
                "", "Second", "[]", '["Second", ""]', "[1]", '[{"content": 1}]', "{}", "null",
                json.dumps(["a" * 281]), json.dumps(["日" * 141]), '["\\ud800"]', "[" * 100_000,
            ],
        ),
    ),
    "xLongVideo": ("video", BOOLEANS),
    "xGeoCountries": ("video photo text", COUNTRIES),
    "blueskyLanguages": (
        "video photo text",
        (
            ["en", "en, pt-BR", "zh-Hant-TW,es-419,yue"],
            ["", "english", "en,", "en pt", "en_US", "a,b", "de,en,fr,it", "-", "e" * 5_000],
        ),
    ),
    "mastodonContentWarning": ("video photo text", (["spoilers"], [""])),
    "mastodonVisibility": (
        "video photo text",
        (["public", "unlisted", "private", "direct"], ["", "Public", "followers"]),
    ),
    "mastodonLanguage": (
        "video photo text",
        (["en", "pt-BR"], ["", "english", "en,de", "en_US"]),
    ),
    "mastodonSensitive": ("video photo text", BOOLEANS),
    "blueskyThreadItems": (
        "video photo text",
        (
            ['["Second", "Third"]', '[{"content": "Second"}]', json.dumps(["👨‍👩‍👧‍👦" * 120] * 25)],
            [
                "", "Second", "[]", '["Second", ""]', "[1]", "{}", json.dumps(["a" * 301]),
                json.dumps(["👨‍👩‍👧‍👦" * 121]), json.dumps(["a"] * 26), '["\\ud800"]',
            ],
        ),
    ),
    "wordpressTags": (
        "video photo text document",
        (
            ["bread", "bread, fresh rolls", '["bread, rolls", "Brot"]'],
            ["", "bread,,rolls", "[]", "[1]", "a" * 201, ",".join(map(str, range(31)))],
        ),
    ),
    "wordpressCategories": (
        "video photo text document",
        (["News", "News, R&D", '["Bread, rolls"]'], ["", "News,", "[]", '["a"', "a" * 201]),
    ),
    "wordpressExcerpt": ("video photo text document", (["In short"], ["", " \n", "a" * 10_001])),
    "wordpressSlug": (
        "video photo text document",
        (["fresh-at-8", "a"], ["", "Fresh", "fresh at 8", "-fresh", "a--b", "größe", "a/b"]),
    ),
    "wordpressFeaturedImage": ("photo", (["first", "Only", "none"], ["", "second", "first "])),
    "tiktokPrivacyLevel": (
        "video photo",
        (
            ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"],
            ["public", "", "self_only"],
        ),
    ),
    "tiktokAllowComment": ("video photo", BOOLEANS),
    "tiktokAllowDuet": ("video", BOOLEANS),
    "tiktokAllowStitch": ("video", BOOLEANS),
    "tiktokContentPreviewConfirmed": ("video photo", (["true"], ["false", "yes", ""])),
    "tiktokExpressConsentGiven": ("video photo", (["true"], ["false", "yes", ""])),
    "tiktokVideoCoverTimestampMs": ("video", MILLISECONDS),
    "tiktokVideoCoverImageUrl": ("video", LINKS),
    "tiktokMediaType": ("video", (["video", "VIDEO"], ["photo", "", "clip"])),
    "tiktokPhotoCoverIndex": ("photo", (["0", "1"], ["2", "-1", "", "first"])),
    "tiktokDescription": ("photo", (["a" * 4_000, "😀" * 2_000], ["", "a" * 4_001, "😀" * 2_001])),
    "tiktokAutoAddMusic": ("photo", BOOLEANS),
    "tiktokVideoMadeWithAi": ("video", BOOLEANS),
    "tiktokDraft": ("video photo", BOOLEANS),
    "tiktokCommercialContentType": (
        "video photo", (["none", "brand_organic", "brand_content"], ["brand", "", "NONE"])
    ),
}  # fmt: skip


def test_the_table_has_the_documented_keys() -> None:
    """The table has exactly the keys of the contract and of the direct networks, each named after
    its platform."""
    assert sorted(PLATFORM_FIELDS) == sorted([*DOCUMENTED, *BLUESKY, *MASTODON, *WORDPRESS])
    assert all(name.startswith(field.platform) for name, field in PLATFORM_FIELDS.items())
    assert set(VALUES) | set(POLL) == set(PLATFORM_FIELDS)
    assert set(TITLE_FIELDS.values()) <= set(PLATFORM_FIELDS)


@pytest.mark.parametrize("key", VALUES)
def test_a_value_has_its_form(key: str) -> None:
    """Valid values pass with each of the key's post types; invalid values are named."""
    post_types, (right, wrong) = VALUES[key]
    for post_type in post_types.split():
        assert [list_problems(post_type, {key: value}) for value in right] == [{}] * len(right)
        for value in wrong:
            found = list_problems(post_type, {key: value})
            assert list(found) == [key], value[:50]
            assert found[key].encode()
            assert len(found[key]) < 250


@pytest.mark.parametrize("key", PLATFORM_FIELDS)
def test_a_key_of_another_platform_is_not_checked(key: str) -> None:
    """Where the post does not go to the key's platform, no value and no type of post is wrong."""
    others = [name for name in PLATFORMS if name != PLATFORM_FIELDS[key].platform]
    for post_type in ("video", "photo", "text", "document"):
        assert list_problems(post_type, {key: "false"}, *others) == {}
        assert list_problems(post_type, {key: ""}, *others) == {}


@pytest.mark.parametrize(
    ("key", "post_type"),
    [(key, kind) for key in PLATFORM_FIELDS for kind in ("video", "photo", "text", "document")
     if kind not in PLATFORM_FIELDS[key].post_types],
)  # fmt: skip
def test_a_key_goes_with_its_types_of_posts(key: str, post_type: str) -> None:
    """With another type it is refused, and the right ones named."""
    value = {**POLL, **{name: right[0] for name, (_, (right, _)) in VALUES.items()}}[key]
    found = list_problems(post_type, {key: value})
    assert found[key].startswith(f"goes with {' and '.join(PLATFORM_FIELDS[key].post_types)} posts")


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("youtubetitle", "youtubeTitle"),
        ("youtubeVisiblity", "youtubeVisibility"),
        ("tiktokPrivacy", "tiktokPrivacyLevel"),
        ("xPollOption", "xPollOptions"),
        ("instagramFirstComments", "instagramFirstComment"),
    ],
)
def test_an_unknown_key_gets_a_hint(key: str, hint: str) -> None:
    """Similar keys are suggested."""
    found = list_problems("text", {key: "a"})
    assert found[key].startswith("is no platform field; did you mean ")
    assert hint in found[key]


def test_an_unknown_key_without_near_ones_is_just_named() -> None:
    """No suggestion without a similar key, and no slow search for a long name."""
    assert list_problems("text", {"zzz": "a"}) == {"zzz": "is no platform field"}
    assert list_problems("text", {"youtubeTitle" * 99: "a"}).popitem()[1] == "is no platform field"


def test_a_private_link_needs_the_operators_leave() -> None:
    """As with the links to media."""
    content = PostContent(
        "video", "Hi", ["instagram"], 0, {"instagramThumbnail": "http://127.0.0.1/a"},
        allow_private=True,
    )  # fmt: skip
    assert field_problems(content) == []


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
JSONS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["username", "x", "y", "content", "mediaIndex"]), inner)
    ),
    max_leaves=8,
).map(json.dumps)


@given(
    st.sampled_from(["video", "photo", "text", "document"]),
    st.dictionaries(st.sampled_from(list(PLATFORM_FIELDS)) | WORDS, WORDS | JSONS, max_size=4),
)
def test_whatever_comes_is_answered(post_type: str, fields: dict[str, str]) -> None:
    """No value makes the checks fail, and each sentence can be encoded."""
    content = PostContent(post_type, "Hi", ["x", "instagram", "tiktok"], 2, fields)
    for each in field_problems(content):
        assert each["message"].encode()
        assert each["field"].encode()
