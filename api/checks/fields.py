"""Every platform field: which network it belongs to, which posts it goes with, what it may say.

Data. The names are the contract's; what their values may be is what the networks document for
the option that each one stands for (see `api/checks/networks.py` for the pages), and for TikTok
and Instagram https://developers.tiktok.com/doc/content-sharing-guidelines and the reference of
`/media`. Read on 2026-11-22.
"""

from dataclasses import dataclass
from typing import Final

from api.checks.counting import utf16
from api.checks.forms import (
    Form,
    boolean,
    country,
    link,
    listing,
    matching,
    one_of,
    photo_index,
    text,
    whole,
)
from api.checks.networks import ALL
from api.checks.structures import thread, user_tags

VIDEO: Final = ("video",)
PHOTO: Final = ("photo",)
TEXT: Final = ("text",)
DOCUMENT: Final = ("document",)
MEDIA: Final = ("video", "photo")


@dataclass(frozen=True, slots=True)
class Field:
    """One key of `platformFields`."""

    platform: str
    form: Form
    post_types: tuple[str, ...] = ALL


name: Final = matching(r"@?[A-Za-z0-9._]{1,30}", "a user name")
number: Final = matching(r"[0-9]{1,19}", "a number such as 1234567890")
some_countries: Final = listing(1, 249, country, "country codes")
kind: Final = one_of("feed", "post", "reel", "reels", "story", "stories", any_case=True)

YOUTUBE: Final = {
    "youtubeTitle": Field("youtube", text(100, forbidden="<>"), VIDEO),
    "youtubeVisibility": Field("youtube", one_of("public", "unlisted", "private"), VIDEO),
    "youtubeMadeForKids": Field("youtube", boolean, VIDEO),
    "youtubeContainsSyntheticMedia": Field("youtube", boolean, VIDEO),
    "youtubeCategoryId": Field("youtube", matching(r"[0-9]{1,3}", "a number such as 22"), VIDEO),
    "youtubePlaylistId": Field(
        "youtube", matching(r"[A-Za-z0-9_-]{2,64}", "a playlist's id such as PL…"), VIDEO
    ),
    "youtubeFirstComment": Field("youtube", text(10_000), VIDEO),
}
INSTAGRAM: Final = {
    "instagramContentType": Field("instagram", kind),
    "instagramShareToFeed": Field("instagram", boolean, VIDEO),
    "instagramCollaborators": Field("instagram", listing(1, 3, name, "user names"), MEDIA),
    "instagramUserTags": Field("instagram", user_tags, MEDIA),
    "instagramTrialGraduationStrategy": Field(
        "instagram", one_of("MANUAL", "SS_PERFORMANCE"), VIDEO
    ),
    "instagramThumbOffset": Field("instagram", whole(0), VIDEO),
    "instagramThumbnail": Field("instagram", link, VIDEO),
    "instagramAudioName": Field("instagram", text(), VIDEO),
    "instagramFirstComment": Field("instagram", text(), MEDIA),
}
FACEBOOK: Final = {
    "facebookDraft": Field("facebook", boolean),
    "facebookContentType": Field("facebook", kind),
    "facebookTitle": Field("facebook", text(), VIDEO),
    "facebookFirstComment": Field("facebook", text()),
    "facebookPageId": Field("facebook", number),
    "facebookGeoCountries": Field("facebook", some_countries),
}
LINKEDIN: Final = {
    "linkedinDocumentTitle": Field("linkedin", text(), DOCUMENT),
    "linkedinOrganizationUrn": Field(
        "linkedin", matching(r"urn:li:organization:[0-9]{1,19}", "urn:li:organization:123456")
    ),
    "linkedinFirstComment": Field("linkedin", text()),
    "linkedinDisableLinkPreview": Field("linkedin", boolean),
    "linkedinGeoCountries": Field("linkedin", some_countries),
}
X: Final = {
    "xReplyToTweetId": Field("x", number),
    "xReplySettings": Field("x", one_of("following", "mentionedUsers", "subscribers", "verified")),
    "xThreadItems": Field("x", thread),
    "xPollOptions": Field("x", listing(2, 4, text(25), "answers"), TEXT),
    "xPollDurationMinutes": Field("x", whole(5, 10_080), TEXT),
    "xLongVideo": Field("x", boolean, VIDEO),
    "xGeoCountries": Field("x", some_countries),
}
TIKTOK: Final = {
    "tiktokPrivacyLevel": Field(
        "tiktok",
        one_of("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"),
        MEDIA,
    ),
    "tiktokAllowComment": Field("tiktok", boolean, MEDIA),
    "tiktokAllowDuet": Field("tiktok", boolean, VIDEO),
    "tiktokAllowStitch": Field("tiktok", boolean, VIDEO),
    "tiktokContentPreviewConfirmed": Field("tiktok", boolean, MEDIA),
    "tiktokExpressConsentGiven": Field("tiktok", boolean, MEDIA),
    "tiktokVideoCoverTimestampMs": Field("tiktok", whole(0), VIDEO),
    "tiktokVideoCoverImageUrl": Field("tiktok", link, VIDEO),
    "tiktokMediaType": Field("tiktok", one_of("video", "photo", any_case=True), MEDIA),
    "tiktokPhotoCoverIndex": Field("tiktok", photo_index, PHOTO),
    "tiktokDescription": Field("tiktok", text(4_000, count=utf16), PHOTO),
    "tiktokAutoAddMusic": Field("tiktok", boolean, PHOTO),
    "tiktokVideoMadeWithAi": Field("tiktok", boolean, VIDEO),
    "tiktokDraft": Field("tiktok", boolean, MEDIA),
    "tiktokCommercialContentType": Field(
        "tiktok", one_of("none", "brand_organic", "brand_content"), MEDIA
    ),
}
FIELDS: Final[dict[str, Field]] = {
    **YOUTUBE, **INSTAGRAM, **FACEBOOK, **LINKEDIN, **X, **TIKTOK,
}  # fmt: skip

# Fields that are a post's own title.
TITLES: Final = {
    "youtube": "youtubeTitle",
    "facebook": "facebookTitle",
    "linkedin": "linkedinDocumentTitle",
}
