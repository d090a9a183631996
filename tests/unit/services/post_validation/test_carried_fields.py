"""What is said of the fields that a provider will not carry."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provider.field_tables import carries, has_place_for
from services.errors import FieldError
from services.inputs.field_types import PLATFORMS
from services.post_validation.carried_fields import (
    PostProviders,
    carrying_warnings,
    limit_problems,
    offered_fields,
)
from services.post_validation.content import PostContent
from services.post_validation.limiting_fields import LIMITING_FIELDS, limits
from services.post_validation.network_limits import ALL_POST_TYPES
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from tests.unit.services.post_validation.platform_field_problems import POLL
from tests.unit.services.post_validation.test_platform_fields import VALUES

VALID = {name: right for name, (_, (right, _)) in VALUES.items()} | {
    name: [value] for name, value in POLL.items()
}
# Fields whose loss lets no one else see, answer or reuse the post, and holds nothing back.
OTHER_FIELDS = [
    "youtubeTitle", "youtubeContainsSyntheticMedia", "youtubeCategoryId", "youtubePlaylistId",
    "youtubeFirstComment", "instagramContentType", "instagramCollaborators",
    "instagramUserTags", "instagramThumbOffset", "instagramThumbnail", "instagramAudioName",
    "instagramFirstComment", "facebookContentType", "facebookTitle", "facebookFirstComment",
    "facebookPageId", "linkedinDocumentTitle", "linkedinOrganizationUrn",
    "linkedinFirstComment", "linkedinDisableLinkPreview", "xReplyToTweetId", "xThreadItems",
    "xPollOptions", "xPollDurationMinutes", "xLongVideo", "tiktokContentPreviewConfirmed",
    "tiktokExpressConsentGiven", "tiktokVideoCoverTimestampMs", "tiktokVideoCoverImageUrl",
    "tiktokMediaType", "tiktokPhotoCoverIndex", "tiktokDescription", "tiktokAutoAddMusic",
    "tiktokVideoMadeWithAi", "tiktokCommercialContentType", "blueskyLanguages",
    "blueskyThreadItems", "mastodonContentWarning", "mastodonLanguage", "mastodonSensitive",
    "wordpressTags", "wordpressCategories", "wordpressExcerpt", "wordpressSlug",
    "wordpressFeaturedImage",
]  # fmt: skip
PROVIDERS = st.sampled_from(
    ["bluesky", "mastodon", "simulator", "swonkie", "wordpress", "elsewhere"]
)
FIELDS = st.sampled_from(sorted(VALID)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(VALID[name]))
)
CONTENTS = st.builds(
    PostContent,
    post_type=st.sampled_from(ALL_POST_TYPES),
    caption=st.just("Hi"),
    platforms=st.lists(st.sampled_from(PLATFORMS), min_size=1, unique=True),
    fields=st.lists(FIELDS, unique_by=lambda each: each[0]).map(dict),
)


def by_name(found: Sequence[FieldError]) -> dict[str, str]:
    """The sentences by the field that they name, each named once."""
    sentences = {each["field"].removeprefix("platformFields."): each["message"] for each in found}
    assert len(sentences) == len(found)
    return sentences


def test_every_field_is_either_limiting_or_not() -> None:
    """A new field has to be put on one side: nobody forgets that it may hide a post."""
    assert sorted([*LIMITING_FIELDS, *OTHER_FIELDS]) == sorted(PLATFORM_FIELDS)


@pytest.mark.parametrize("name", LIMITING_FIELDS)
def test_a_limiting_field_has_a_value_that_limits(name: str) -> None:
    """The values that limit nothing are valid ones, and never all of them."""
    assert set(VALID[name]) >= LIMITING_FIELDS[name]
    assert any(limits(name, value) for value in VALID[name])


@given(CONTENTS, PROVIDERS)
def test_a_field_is_warned_of_exactly_if_it_is_not_sent(
    content: PostContent, provider: str
) -> None:
    """Sent are the fields of the post's own networks that the provider carries; the sentence on
    each other names the field, its network, and the provider where that is the reason."""
    found = by_name(carrying_warnings(content, PostProviders(provider)))
    for name, value in content.fields.items():
        platform = PLATFORM_FIELDS[name].platform
        is_own = platform in content.platforms
        is_sent = is_own and carries(provider, name, value, content.post_type)
        assert (name in found) is not is_sent
        if not is_sent:
            assert name in found[name]
            assert platform in found[name]
            assert (f"the provider {provider} " in found[name]) is is_own
    assert found.keys() <= content.fields.keys()


@given(CONTENTS, PROVIDERS)
def test_a_limit_is_refused_exactly_if_it_would_get_lost(
    content: PostContent, provider: str
) -> None:
    """Refused are the limits of the post's own networks that the provider does not carry, with the
    sentence that a warning has; a limit on another network harms no one."""
    refused = by_name(limit_problems(content, PostProviders(provider)))
    warned = by_name(carrying_warnings(content, PostProviders(provider)))
    assert refused.items() <= warned.items()
    for name in warned:
        is_own = PLATFORM_FIELDS[name].platform in content.platforms
        assert (name in refused) is (is_own and limits(name, content.fields[name]))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("youtubeVisibility", "private"), ("youtubeVisibility", "unlisted"),
        ("youtubeMadeForKids", "true"), ("tiktokPrivacyLevel", "SELF_ONLY"),
        ("facebookGeoCountries", "PT"), ("linkedinGeoCountries", "PT"), ("xGeoCountries", "PT"),
        ("facebookDraft", "true"), ("tiktokDraft", "true"), ("xReplySettings", "following"),
        ("instagramTrialGraduationStrategy", "MANUAL"),
    ],
)  # fmt: skip
def test_swonkie_lets_no_hidden_post_out(name: str, value: str) -> None:
    """What Swonkie would publish for all to see, against the request, is refused in words."""
    content = PostContent("video", "Hi", [PLATFORM_FIELDS[name].platform], fields={name: value})
    (message,) = by_name(limit_problems(content, PostProviders("swonkie"))).values()
    assert "the provider swonkie has no place for" in message
    assert "leave the field out" in message


@pytest.mark.parametrize(
    "fields",
    [
        {"youtubeVisibility": "public"}, {"youtubeMadeForKids": "false"},
        {"tiktokPrivacyLevel": "PUBLIC_TO_EVERYONE"}, {"tiktokDraft": "false"},
        {"facebookDraft": "false"},
    ],
    ids=str,
)  # fmt: skip
def test_a_value_that_limits_nothing_is_a_warning(fields: dict[str, str]) -> None:
    """It is not sent, and nobody sees more than was meant."""
    content = PostContent("video", "Hi", ["youtube", "tiktok", "facebook"], fields=fields)
    assert limit_problems(content, PostProviders("swonkie")) == []
    assert list(by_name(carrying_warnings(content, PostProviders("swonkie")))) == list(fields)


@pytest.mark.parametrize("value", ["public", "Public", "PUBLIC", " public "])
def test_a_harmless_value_in_another_case_is_no_limit(value: str) -> None:
    """It is refused as a value, and nobody is told that a limit gets lost."""
    content = PostContent("video", "Hi", ["youtube"], fields={"youtubeVisibility": value})
    assert limit_problems(content, PostProviders("simulator")) == []
    for hidden in ("private", "Private", " PRIVATE ", "", "publik"):
        content = PostContent("video", "Hi", ["youtube"], fields={"youtubeVisibility": hidden})
        assert len(limit_problems(content, PostProviders("simulator"))) == 1


def test_limits_that_swonkie_carries_pass() -> None:
    """No duets, no stitches, no comments, and not in Instagram's feed."""
    names = ["tiktokAllowComment", "tiktokAllowDuet", "tiktokAllowStitch", "instagramShareToFeed"]
    content = PostContent(
        "video", "Hi", ["tiktok", "instagram"], fields=dict.fromkeys(names, "false")
    )
    assert limit_problems(content, PostProviders("swonkie")) == []
    assert carrying_warnings(content, PostProviders("swonkie")) == []
    assert list(by_name(limit_problems(content, PostProviders("elsewhere")))) == names


@given(PROVIDERS)
def test_only_what_is_carried_is_offered(provider: str) -> None:
    """By the networks, and no network without a field."""
    offered = offered_fields([provider])
    names = [name for group in offered.values() for name in group]
    assert names == [name for name in PLATFORM_FIELDS if has_place_for(provider, name)]
    assert all(PLATFORM_FIELDS[name].platform == key for key, g in offered.items() for name in g)


def test_a_field_is_said_not_to_be_sent_where_one_of_the_providers_has_no_place_for_it() -> None:
    """The same post may carry a field on one account and not on another: the warning names the
    provider that will not."""
    name = next(n for n in OTHER_FIELDS if carries("swonkie", n, VALID[n][0], "video"))
    platform = PLATFORM_FIELDS[name].platform
    content = PostContent("video", "Hi", [platform], fields={name: VALID[name][0]})
    alone = PostProviders("swonkie", {platform: ("swonkie",)})
    both = PostProviders("swonkie", {platform: ("swonkie", "elsewhere")})
    assert carrying_warnings(content, alone) == []
    (message,) = by_name(carrying_warnings(content, both)).values()
    assert "the provider elsewhere has no place for" in message
    assert "swonkie" not in message


def test_alt_texts_are_said_not_to_be_sent_where_a_provider_has_no_place_for_them() -> None:
    """The warning names each network that will not show them, and no other."""
    providers = PostProviders("swonkie", {"bluesky": ("bluesky",)})
    content = PostContent("photo", "Hi", ["x", "bluesky"], has_alt_texts=True)
    (warning,) = carrying_warnings(content, providers)
    assert warning["field"] == "altTexts"
    assert "to x: the provider swonkie has no place for them" in warning["message"]
    assert "to bluesky" not in warning["message"]
    alone = PostContent("photo", "Hi", ["bluesky"], has_alt_texts=True)
    assert carrying_warnings(alone, providers) == []
