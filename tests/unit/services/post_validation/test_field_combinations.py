"""Platform fields that belong together, and those that contradict one another."""

import pytest

from tests.unit.services.post_validation.platform_field_problems import POLL, list_problems


@pytest.mark.parametrize(
    ("fields", "key", "right"),
    [
        ({"xPollOptions": "Yes"}, "xPollOptions", "2 to 4"),
        ({"xPollOptions": "a,b,c,d,e"}, "xPollOptions", "2 to 4"),
        ({"xPollOptions": "Yes," + "a" * 26}, "xPollOptions", "25"),
        ({"xPollOptions": "Yes,"}, "xPollOptions", "empty"),
        ({"xPollDurationMinutes": "4"}, "xPollDurationMinutes", "5 to 10080"),
        ({"xPollDurationMinutes": "10081"}, "xPollDurationMinutes", "5 to 10080"),
    ],
)
def test_a_poll_has_its_bounds(fields: dict[str, str], key: str, right: str) -> None:
    """2 to 4 answers of at most 25 characters, for 5 minutes to 7 days."""
    found = list_problems("text", {**POLL, **fields})
    assert list(found) == [key]
    assert right in found[key]
    assert list_problems("text", {**POLL, "xPollOptions": '["Yes, please", "No"]'}) == {}


@pytest.mark.parametrize(
    ("post_type", "fields", "key"),
    [
        ("text", {"xPollOptions": "Yes,No"}, "xPollDurationMinutes"),
        ("text", {"xPollDurationMinutes": "60"}, "xPollOptions"),
        ("photo", {"instagramContentType": "reel"}, "instagramContentType"),
        ("photo", {"instagramContentType": "story"}, "instagramContentType"),
        ("text", {"facebookContentType": "story"}, "facebookContentType"),
        ("text", {"facebookContentType": "reel"}, "facebookContentType"),
        ("video", {"instagramContentType": "story", "instagramShareToFeed": "true"},
         "instagramShareToFeed"),
        ("video", {"facebookContentType": "story", "facebookFirstComment": "a"},
         "facebookFirstComment"),
        ("photo", {"tiktokMediaType": "VIDEO"}, "tiktokMediaType"),
        ("video", {"tiktokExpressConsentGiven": "false"}, "tiktokExpressConsentGiven"),
        ("video", {"tiktokCommercialContentType": "brand_content",
                   "tiktokPrivacyLevel": "SELF_ONLY"}, "tiktokPrivacyLevel"),
        ("video", {"youtubeMadeForKids": "true", "youtubeFirstComment": "a"},
         "youtubeFirstComment"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_refused(
    post_type: str, fields: dict[str, str], key: str
) -> None:
    """Fields that cannot be used together, or not with this post."""
    assert list(list_problems(post_type, fields)) == [key]


def test_what_goes_together_passes() -> None:
    """The same fields without the contradiction."""
    story = {"instagramContentType": "story", "facebookContentType": "story"}
    assert list_problems("photo", story, photos=1) == {}
    assert list_problems("video", {**story, "instagramThumbOffset": "0"}) == {}
    paid = {
        "tiktokCommercialContentType": "brand_content",
        "tiktokPrivacyLevel": "MUTUAL_FOLLOW_FRIENDS",
    }
    assert list_problems("video", {**paid, "tiktokMediaType": "Video"}) == {}
    assert list_problems("video", {"youtubeMadeForKids": "false", "youtubeFirstComment": "a"}) == {}
