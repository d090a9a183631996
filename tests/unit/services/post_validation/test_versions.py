"""Versions: each network and account is checked with what it gets itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import FieldError
from services.post_validation.carried_fields import PostProviders
from services.post_validation.post_checks import content_problems, content_warnings, lost_limits
from services.post_validation.version_problems import version_problems
from services.post_validation.whole_post import DeliveryTarget, WholePost

LONG = "a" * 300
TARGETS = [DeliveryTarget("x"), DeliveryTarget("facebook")]
PHOTOS: dict[str, Any] = {"post_type": "photo", "files": 3, "alt_texts": ["A cup", "", "A loaf"]}


def post(versions: dict[str, Any], **values: Any) -> WholePost:  # noqa: ANN401
    """A text post to X and Facebook, unless `values` say otherwise."""
    given = {"post_type": "text", "caption": "Hi", "targets": TARGETS, "versions": versions}
    return WholePost(**{**given, **values})


def swonkie(_targets: Sequence[DeliveryTarget]) -> PostProviders:
    """Every target goes through Swonkie."""
    return PostProviders("swonkie")


def by_field(problems: Sequence[FieldError]) -> dict[str, str]:
    """The sentences, by their fields, each of which may be there once."""
    found = {each["field"]: each["message"] for each in problems}
    assert len(found) == len(problems)
    return found


def test_a_caption_is_checked_where_it_goes() -> None:
    """One that is too long for X is right where X has its own; where that is too long, its field is
    named."""
    assert content_problems(post({"x": {"caption": "Hi"}}, caption=LONG), swonkie) == []
    wrong = by_field(content_problems(post({"x": {"caption": LONG}}), swonkie))
    assert list(wrong) == ["versions.x.caption"]
    assert "x takes at most 280" in wrong["versions.x.caption"]
    (field,) = by_field(
        content_problems(post({"facebook": {"caption": "Hi"}}, caption=LONG), swonkie)
    )
    assert field == "caption"


def test_each_account_of_a_network_is_checked() -> None:
    """A version for one of them leaves the other with the common caption; one for the network
    serves both."""
    targets = [DeliveryTarget("x", "one"), DeliveryTarget("x", "two")]
    short, long = {"caption": "Hi"}, {"caption": LONG}
    for versions, fields in (
        ({"one": short}, ["caption"]),
        ({"x": short}, []),
        ({"one": short, "two": short}, []),
        ({"x": short, "two": long}, ["versions.two.caption"]),
        ({"x": long, "two": short}, ["versions.x.caption"]),
    ):
        found = content_problems(post(versions, caption=LONG, targets=targets), swonkie)
        assert list(by_field(found)) == fields


def test_a_caption_that_nobody_gets_may_be_empty() -> None:
    """A text post needs a caption wherever it goes, and none beside that."""
    both = {"x": {"caption": "Hi"}, "facebook": {"caption": "Hello"}}
    assert content_problems(post(both, caption=""), swonkie) == []
    one = {"x": {"caption": "Hi"}}
    assert list(by_field(content_problems(post(one, caption=""), swonkie))) == ["caption"]


def test_fields_of_a_version_are_checked_with_the_common_ones() -> None:
    """A value is named where it stands; what is missing, in the version that gives fields."""
    for common, own, field in (
        ({"xPollOptions": "a,b"}, {"xPollDurationMinutes": "5"}, None),
        (
            {"xPollOptions": "a,b"},
            {"xPollDurationMinutes": "1"},
            "versions.x.{}xPollDurationMinutes",
        ),
        ({}, {"xPollOptions": "a,b"}, "versions.x.{}xPollDurationMinutes"),
        ({}, {"xNonsense": "1"}, "versions.x.{}xNonsense"),
        ({"xNonsense": "1"}, {"xReplyToTweetId": "1"}, "{}xNonsense"),
    ):
        wrong = post({"x": {"platformFields": own}}, fields=common)
        fields = [field.format("platformFields.")] if field else []
        assert list(by_field(content_problems(wrong, swonkie))) == fields


def test_a_field_of_another_network_does_not_belong_into_a_version() -> None:
    """The sentence names both networks; in the common fields it is right."""
    fields = {"platformFields": {"facebookFirstComment": "Hi"}}
    found = by_field(version_problems(post({"x": fields})))
    sentence = found["versions.x.platformFields.facebookFirstComment"]
    assert "belongs to facebook, and this version is for x" in sentence
    assert version_problems(post({"facebook": fields})) == []


@pytest.mark.parametrize("name", ["mastodon", "nonsense", "f" * 200])
def test_a_version_is_for_a_network_or_an_account_of_the_post(name: str) -> None:
    """Also one where it is live. Any other name is refused, in a field that is not longer than a
    name can be."""
    found = by_field(version_problems(post({name: {"caption": "Hi"}, "x": {"caption": "Hi"}})))
    assert list(found) == [f"versions.{name[:64]}"]
    live = [DeliveryTarget("x", name)]
    assert version_problems(post({name: {"caption": "Hi"}}, live=live)) == []
    named = [DeliveryTarget("x", name)]
    assert version_problems(post({name: {"caption": "Hi"}}, targets=named)) == []


@pytest.mark.parametrize(
    ("version", "field", "sentence"),
    [
        ({"media": [0, 3]}, "media", "names file 3, but the post has 3 files, 0 to 2"),
        ({"media": [1, 1]}, "media", "names a file twice"),
        ({"media": [2], "altTexts": ["A", "B"]}, "altTexts", "has 2 texts, but the post has one"),
        ({"media": [], "altTexts": ["A"]}, "altTexts", "does not go with postType 'text'"),
        ({"altTexts": list("ABCD")}, "altTexts", "has 4 texts, but the post has 3 photos"),
    ],
)
def test_a_version_chooses_files_of_the_post(
    version: dict[str, Any], field: str, sentence: str
) -> None:
    """By their places, each once, with at most one alt text for each photo that it has."""
    found = by_field(version_problems(post({"x": version}, **PHOTOS)))
    assert sentence in found[f"versions.x.{field}"]
    assert len(found) == 1


def test_the_number_of_files_is_checked_where_they_go() -> None:
    """X takes four photos, and none where the version has none, as a text post; Instagram takes no
    text post. A post without files has none to choose."""
    many = {**PHOTOS, "files": 5}
    assert list(by_field(content_problems(post({}, **many), swonkie))) == ["photoUrls"]
    assert content_problems(post({"x": {"media": [4, 0]}}, **many), swonkie) == []
    assert content_problems(post({"x": {"media": []}}, **many), swonkie) == []
    wrong = by_field(content_problems(post({"x": {"media": [4, 3, 2, 1, 0]}}, **many), swonkie))
    assert list(wrong) == ["versions.x.media"]
    instagram = post({"instagram": {"media": []}}, **PHOTOS, targets=[DeliveryTarget("instagram")])
    assert (
        "instagram takes video or photo posts"
        in by_field(content_problems(instagram, swonkie))["versions.instagram.media"]
    )
    assert (
        "without files"
        in by_field(version_problems(post({"x": {"media": [0]}})))["versions.x.media"]
    )


def test_what_is_not_sent_is_named_where_it_stands() -> None:
    """Fields and alt texts of a version, by the provider of the accounts that get them."""

    def find(targets: Sequence[DeliveryTarget]) -> PostProviders:
        names = ["bluesky" if each.account_id == "own" else "swonkie" for each in targets]
        return PostProviders("swonkie", {"bluesky": tuple(dict.fromkeys(names))})

    targets = [DeliveryTarget("bluesky", "own"), DeliveryTarget("bluesky", "other")]
    values = {**PHOTOS, "alt_texts": (), "targets": targets}
    text = {"altTexts": ["A cup"]}
    assert content_warnings(post({"own": text}, **values), find) == []
    assert list(by_field(content_warnings(post({"other": text}, **values), find))) == [
        "versions.other.altTexts"
    ]
    fields = {"platformFields": {"blueskyLanguages": "en"}}
    assert content_warnings(post({"own": fields}, **values), find) == []
    common = post({"own": {"caption": "Hi"}}, fields={"youtubeTitle": "Hi"}, **values)
    assert (
        "this post does not go there"
        in by_field(content_warnings(common, find))["platformFields.youtubeTitle"]
    )


def test_a_limit_that_a_version_sets_may_not_get_lost() -> None:
    """It is refused where a provider of the accounts that get it has no place for it, and at every
    later check; not because of the provider of another account."""

    def find(targets: Sequence[DeliveryTarget]) -> PostProviders:
        names = ["elsewhere" if each.account_id == "two" else "swonkie" for each in targets]
        return PostProviders("swonkie", {"tiktok": tuple(dict.fromkeys(names))})

    limit = {"platformFields": {"tiktokAllowComment": "false"}}
    targets = [DeliveryTarget("tiktok", "one"), DeliveryTarget("tiktok", "two")]
    video = {"post_type": "video", "files": 1, "targets": targets}
    for name, fields in (("one", []), ("two", ["two"]), ("tiktok", ["tiktok"])):
        written = post({name: limit}, **video)
        expected = [f"versions.{each}.platformFields.tiktokAllowComment" for each in fields]
        assert list(by_field(lost_limits(written, find))) == expected
        assert list(by_field(content_problems(written, find))) == expected


def test_a_field_for_a_network_with_a_version_reaches_it() -> None:
    """The content of the other networks does not say that the post does not go there."""
    fields = {"tiktokAllowComment": "false"}
    targets = [DeliveryTarget("tiktok"), DeliveryTarget("facebook")]
    video = {"post_type": "video", "files": 1, "targets": targets, "fields": fields}
    assert content_warnings(post({"tiktok": {"caption": "Hi"}}, **video), swonkie) == []
    assert content_warnings(post({"facebook": {"caption": "Hi"}}, **video), swonkie) == []


def test_a_title_is_said_not_to_be_sent_where_no_network_has_one() -> None:
    """One network with titles is enough."""

    def wordpress(_targets: Sequence[DeliveryTarget]) -> PostProviders:
        return PostProviders("swonkie", {"wordpress": ("wordpress",)})

    found = by_field(content_warnings(post({}, title="News"), swonkie))
    assert found == {"title": "is not sent: posts have no title of their own on x, facebook"}
    targets = [*TARGETS, DeliveryTarget("wordpress")]
    assert content_warnings(post({}, title="News", targets=targets), wordpress) == []


TEXTS = ["Hi", "#a " * 31, "a" * 281, "a" * 301, "a" * 2300, "<"]
ACCOUNTS = [("x", "one"), ("x", "two"), ("x", None), ("instagram", None), ("youtube", None)]
FIELDS = [
    {"xReplyToTweetId": "a"},
    {"instagramShareToFeed": "true"},
    {"youtubeTitle": "<"},
    {"no": ""},
]
VERSION = st.fixed_dictionaries(
    {},
    optional={
        "caption": st.sampled_from(TEXTS),
        "platformFields": st.sampled_from(FIELDS),
        "media": st.sampled_from([[], [0], [4, 0], [4, 3, 2, 1, 0]]),
    },
)


@given(
    st.sampled_from(["", *TEXTS]),
    st.sampled_from([{}, *FIELDS]),
    st.dictionaries(st.sampled_from(["x", "one", "two", "instagram", "youtube"]), VERSION),
    st.lists(st.sampled_from(ACCOUNTS), min_size=1, unique=True),
    st.sampled_from(["photo", "text", "video"]),
)
def test_a_post_has_the_problems_of_its_targets(
    caption: str,
    fields: dict[str, str],
    versions: dict[str, Any],
    pairs: list[tuple[str, str | None]],
    post_type: str,
) -> None:
    """All of them, and no others: what is wrong for a target is so whichever others there are."""
    targets = [DeliveryTarget(*each) for each in pairs]
    whole = post(versions, caption=caption, fields=fields, targets=targets, post_type=post_type)
    whole = replace(whole, files={"photo": 5, "text": 0, "video": 1}[post_type])
    found = {(each["field"], each["message"]) for each in content_problems(whole, swonkie)}
    alone = [content_problems(replace(whole, targets=[each]), swonkie) for each in targets]
    assert found == {(each["field"], each["message"]) for part in alone for each in part}
