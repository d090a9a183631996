"""The JSON body of a create, for each kind of post, network and option."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from models.post_content import THREAD_NETWORKS
from provider.errors import GiveUp
from provider.protocol import Draft, DraftMedia, ThreadPart
from provider.swonkie.request_bodies import create_body, format_instant, unsupported_fields

SLOT = datetime(2026, 1, 31, 11, 30, tzinfo=UTC)


def draft(platform: str = "facebook", post_type: str = "photo", **more: Any) -> Draft:  # noqa: ANN401
    """A draft with one file (none for a text)."""
    known: dict[str, Any] = {
        "profile_id": "S+/w==",
        "caption": "Hello",
        "media": () if post_type == "text" else (DraftMedia("S+/m=="),),
        "publish_at": SLOT,
        "fields": {},
        "marker": "slotbeat:here:one",
    }
    return Draft(platform=platform, post_type=post_type, **{**known, **more})


def test_the_whole_body_of_a_photo() -> None:
    """Exactly the contract's fields, with our marker in the private briefing."""
    assert create_body(draft(media=(DraftMedia("a"), DraftMedia("b")))) == {
        "type": "MEDIA",
        "profileIds": ["S+/w=="],
        "publishAt": "2026-01-31T11:30:00.000Z",
        "captions": [{"plainText": "Hello", "net": None}],
        "medias": [{"mediaFiles": [{"mediaLibId": "a"}, {"mediaLibId": "b"}], "net": None}],
        "briefing": {"markdown": "slotbeat:here:one"},
    }


def test_without_an_instant_it_is_an_idea() -> None:
    """publish_now makes a post without `publishAt`, and a text has no `medias`."""
    body = create_body(draft(post_type="text", publish_at=None))
    assert body["type"] == "STATUS"
    assert not {"publishAt", "medias"} & set(body)


@pytest.mark.parametrize(
    ("platform", "post_type", "wish", "kind"),
    [
        ("facebook", "video", None, "MEDIA"),
        ("facebook", "video", "REEL", "REEL"),
        ("facebook", "video", "reels", "REEL"),
        ("instagram", "photo", "story", "STORY"),
        ("instagram", "video", "Stories", "STORY"),
        ("instagram", "photo", "carousel", "MEDIA"),
        ("facebook", "text", "reel", "STATUS"),
        ("linkedin", "document", None, "MEDIA"),
    ],
)
def test_the_type_follows_the_post_and_its_wish(
    platform: str, post_type: str, wish: str | None, kind: str
) -> None:
    """REEL and STORY only if the platform's own content type field asks for them."""
    fields = {f"{platform}ContentType": wish} if wish else {}
    assert create_body(draft(platform, post_type, fields=fields))["type"] == kind


def test_one_networks_wish_is_not_anothers() -> None:
    """Options of other platforms on the same post do not change this body."""
    fields = {"instagramContentType": "reel", "instagramFirstComment": "x", "tiktokAllowDuet": "1"}
    assert create_body(draft(fields=fields)) == create_body(draft())


@pytest.mark.parametrize("platform", ["facebook", "instagram", "linkedin", "youtube"])
def test_a_first_comment_travels_with_the_caption(platform: str) -> None:
    """Swonkie gets the first comment where its API has a field for it."""
    body = create_body(draft(platform, fields={f"{platform}FirstComment": "First!"}))
    assert body["captions"][0]["firstComment"] == {"plainText": "First!"}


@pytest.mark.parametrize("platform", ["facebook", "instagram", "linkedin", "youtube"])
def test_a_thread_of_one_text_is_the_first_comment(platform: str) -> None:
    """Unless the network's own field says another one."""
    post = draft(platform, thread=(ThreadPart("First!"),))
    assert create_body(post)["captions"][0]["firstComment"] == {"plainText": "First!"}
    assert unsupported_fields(post) == []
    own = replace(post, fields={f"{platform}FirstComment": "Own"})
    assert create_body(own)["captions"][0]["firstComment"] == {"plainText": "Own"}


@pytest.mark.parametrize("platform", ["facebook", "tiktok", "gmb"])
@pytest.mark.parametrize(
    "thread", [(ThreadPart("one"), ThreadPart("two")), (ThreadPart("", (DraftMedia(""),)),)]
)
def test_what_is_no_first_comment_is_left_out_and_named(
    platform: str, thread: tuple[ThreadPart, ...]
) -> None:
    """Several texts, or one with a file, on a network where the post is whole without them."""
    post = draft(platform, thread=thread)
    assert create_body(post) == create_body(draft(platform))
    assert unsupported_fields(post) == ["thread"]


@pytest.mark.parametrize("platform", sorted(THREAD_NETWORKS))
def test_no_half_of_a_thread_is_sent(platform: str) -> None:
    """On a network with threads the post is refused, even with one text."""
    with pytest.raises(GiveUp, match=f"no place for a thread on {platform}"):
        create_body(draft(platform, thread=(ThreadPart("two"),)))


def test_tiktoks_options_are_translated() -> None:
    """ "Allow" fields are inverted to "disable" fields; the others keep their value."""
    fields = {
        "tiktokAllowComment": "false",
        "tiktokAllowDuet": "true",
        "tiktokAllowStitch": " TRUE ",
        "tiktokAutoAddMusic": "true",
        "tiktokVideoMadeWithAi": "false",
        "tiktokCommercialContentType": "brand_organic",
    }
    assert create_body(draft("tiktok", "video", fields=fields))["tiktok"] == {
        "disableComments": True,
        "disableDuet": False,
        "disableStitch": False,
        "autoAddMusic": True,
        "isAiGenerated": False,
        "isBrandOrganic": True,
    }
    paid = draft("tiktok", fields={"tiktokCommercialContentType": "brand_content"})
    assert create_body(paid)["tiktok"] == {"isBrandedContent": True}
    assert "tiktok" not in create_body(draft("tiktok", "video"))


def test_a_document_has_a_title() -> None:
    """The given title, else the caption's first line, shortened."""
    title = {"linkedinDocumentTitle": "Report"}
    body = create_body(draft("linkedin", "document", fields=title))
    assert body["linkedIn"] == {"documentTitle": "Report"}
    long = draft("linkedin", "document", caption="x" * 200 + "\nmore")
    assert create_body(long)["linkedIn"] == {"documentTitle": "x" * 100}
    flags = draft("linkedin", "document", caption="x" + "🇩🇪" * 99)
    assert create_body(flags)["linkedIn"] == {"documentTitle": "x" + "🇩🇪" * 49}
    assert "linkedIn" not in create_body(draft("linkedin", "photo", fields=title))


@pytest.mark.parametrize(("value", "flag"), [("true", True), ("false", False)])
def test_instagram_shares_to_its_feed(value: str, flag: bool) -> None:
    """The option is sent only if it was given."""
    body = create_body(draft("instagram", "video", fields={"instagramShareToFeed": value}))
    assert body["instagram"] == {"shareToFeed": flag}
    assert "instagram" not in create_body(draft("instagram", "video"))


@pytest.mark.parametrize(
    ("platform", "post_type", "field", "value"),
    [
        ("youtube", "video", "youtubeTitle", "A title"),
        ("facebook", "photo", "facebookGeoCountries", "PT"),
        ("x", "text", "xReplyToTweetId", "1"),
        ("tiktok", "video", "tiktokPrivacyLevel", "SELF_ONLY"),
        ("tiktok", "video", "tiktokCommercialContentType", "something_else"),
        ("linkedin", "photo", "linkedinDocumentTitle", "No document here"),
        ("instagram", "photo", "instagramContentType", "carousel"),
        ("facebook", "text", "facebookContentType", "story"),
    ],
)
def test_what_the_body_cannot_hold_is_reported(
    platform: str, post_type: str, field: str, value: str
) -> None:
    """A field that does not change the body is reported, never dropped silently."""
    wished = draft(platform, post_type, fields={field: value, "otherField": "x"})
    assert create_body(wished) == create_body(draft(platform, post_type))
    assert unsupported_fields(wished) == [field]


def test_instants_are_utc_with_milliseconds() -> None:
    """In every time zone, rounded down to milliseconds."""
    lisbon = (SLOT + timedelta(microseconds=1999)).astimezone(timezone(timedelta(hours=1)))
    assert format_instant(lisbon) == "2026-01-31T11:30:00.001Z"
