"""Every platform field: its network, the types of post that it goes with, and its valid values.

Data. The names come from the contract. The valid values come from the documentation of the network
option that each field stands for: `network_limits.py` names the pages, and for TikTok and Instagram
https://developers.tiktok.com/doc/content-sharing-guidelines and the reference of
`/media`. Read on 2026-11-22.
"""

from dataclasses import dataclass
from typing import Final

from services.post_validation.json_validators import thread_items, user_tags
from services.post_validation.network_limits import (
    ALL_POST_TYPES,
    BLUESKY_CAPTION_LIMITS,
    X_CAPTION_LIMIT,
)
from services.post_validation.text_length import count_utf16_units
from services.post_validation.validators import (
    Validator,
    boolean,
    country,
    link,
    list_of,
    matching,
    one_of,
    photo_index,
    text,
    whole_number,
)

VIDEO: Final = ("video",)
PHOTO: Final = ("photo",)
TEXT: Final = ("text",)
DOCUMENT: Final = ("document",)
MEDIA: Final = ("video", "photo")


@dataclass(frozen=True, slots=True)
class PlatformField:
    """One key of `platformFields`."""

    platform: str
    validator: Validator
    post_types: tuple[str, ...] = ALL_POST_TYPES


user_name: Final = matching(r"@?[A-Za-z0-9._]{1,30}", "a user name")
numeric_id: Final = matching(r"[0-9]{1,19}", "a number such as 1234567890")
country_list: Final = list_of(1, 249, country, "country codes")
_LANGUAGE: Final = "[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?"
language_tags: Final = matching(
    rf" *{_LANGUAGE} *(, *{_LANGUAGE} *){{0,2}}", "up to three languages such as en, pt-BR"
)
post_kind: Final = one_of("feed", "post", "reel", "reels", "story", "stories", any_case=True)

YOUTUBE: Final = {
    "youtubeTitle": PlatformField("youtube", text(100, forbidden="<>"), VIDEO),
    "youtubeVisibility": PlatformField("youtube", one_of("public", "unlisted", "private"), VIDEO),
    "youtubeMadeForKids": PlatformField("youtube", boolean, VIDEO),
    "youtubeContainsSyntheticMedia": PlatformField("youtube", boolean, VIDEO),
    "youtubeCategoryId": PlatformField(
        "youtube", matching(r"[0-9]{1,3}", "a number such as 22"), VIDEO
    ),
    "youtubePlaylistId": PlatformField(
        "youtube", matching(r"[A-Za-z0-9_-]{2,64}", "a playlist's id such as PL…"), VIDEO
    ),
    "youtubeFirstComment": PlatformField("youtube", text(10_000), VIDEO),
}
INSTAGRAM: Final = {
    "instagramContentType": PlatformField("instagram", post_kind),
    "instagramShareToFeed": PlatformField("instagram", boolean, VIDEO),
    "instagramCollaborators": PlatformField(
        "instagram", list_of(1, 3, user_name, "user names"), MEDIA
    ),
    "instagramUserTags": PlatformField("instagram", user_tags, MEDIA),
    "instagramTrialGraduationStrategy": PlatformField(
        "instagram", one_of("MANUAL", "SS_PERFORMANCE"), VIDEO
    ),
    "instagramThumbOffset": PlatformField("instagram", whole_number(0), VIDEO),
    "instagramThumbnail": PlatformField("instagram", link, VIDEO),
    "instagramAudioName": PlatformField("instagram", text(), VIDEO),
    "instagramFirstComment": PlatformField("instagram", text(), MEDIA),
}
FACEBOOK: Final = {
    "facebookDraft": PlatformField("facebook", boolean),
    "facebookContentType": PlatformField("facebook", post_kind),
    "facebookTitle": PlatformField("facebook", text(), VIDEO),
    "facebookFirstComment": PlatformField("facebook", text()),
    "facebookPageId": PlatformField("facebook", numeric_id),
    "facebookGeoCountries": PlatformField("facebook", country_list),
}
LINKEDIN: Final = {
    "linkedinDocumentTitle": PlatformField("linkedin", text(), DOCUMENT),
    "linkedinOrganizationUrn": PlatformField(
        "linkedin", matching(r"urn:li:organization:[0-9]{1,19}", "urn:li:organization:123456")
    ),
    "linkedinFirstComment": PlatformField("linkedin", text()),
    "linkedinDisableLinkPreview": PlatformField("linkedin", boolean),
    "linkedinGeoCountries": PlatformField("linkedin", country_list),
}
X: Final = {
    "xReplyToTweetId": PlatformField("x", numeric_id),
    "xReplySettings": PlatformField(
        "x", one_of("following", "mentionedUsers", "subscribers", "verified")
    ),
    "xThreadItems": PlatformField("x", thread_items([X_CAPTION_LIMIT])),
    "xPollOptions": PlatformField("x", list_of(2, 4, text(25), "answers"), TEXT),
    "xPollDurationMinutes": PlatformField("x", whole_number(5, 10_080), TEXT),
    "xLongVideo": PlatformField("x", boolean, VIDEO),
    "xGeoCountries": PlatformField("x", country_list),
}
BLUESKY: Final = {
    "blueskyLanguages": PlatformField("bluesky", language_tags),
    "blueskyThreadItems": PlatformField("bluesky", thread_items(BLUESKY_CAPTION_LIMITS, 25)),
}
MASTODON: Final = {
    # It is counted with the caption, which has the limit.
    "mastodonContentWarning": PlatformField("mastodon", text()),
    "mastodonVisibility": PlatformField(
        "mastodon", one_of("public", "unlisted", "private", "direct")
    ),
    "mastodonLanguage": PlatformField(
        "mastodon", matching(rf" *{_LANGUAGE} *", "a language such as en")
    ),
    "mastodonSensitive": PlatformField("mastodon", boolean),
}
WORDPRESS: Final = {
    "wordpressTags": PlatformField("wordpress", list_of(1, 30, text(200), "tags")),
    "wordpressCategories": PlatformField("wordpress", list_of(1, 30, text(200), "categories")),
    "wordpressExcerpt": PlatformField("wordpress", text(10_000)),
    "wordpressSlug": PlatformField(
        "wordpress", matching(r"[a-z0-9]+(-[a-z0-9]+)*", "fresh-at-8, from a-z, 0-9 and hyphens")
    ),
    "wordpressFeaturedImage": PlatformField(
        "wordpress", one_of("first", "only", "none", any_case=True), PHOTO
    ),
}
TIKTOK: Final = {
    "tiktokPrivacyLevel": PlatformField(
        "tiktok",
        one_of("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"),
        MEDIA,
    ),
    "tiktokAllowComment": PlatformField("tiktok", boolean, MEDIA),
    "tiktokAllowDuet": PlatformField("tiktok", boolean, VIDEO),
    "tiktokAllowStitch": PlatformField("tiktok", boolean, VIDEO),
    "tiktokContentPreviewConfirmed": PlatformField("tiktok", boolean, MEDIA),
    "tiktokExpressConsentGiven": PlatformField("tiktok", boolean, MEDIA),
    "tiktokVideoCoverTimestampMs": PlatformField("tiktok", whole_number(0), VIDEO),
    "tiktokVideoCoverImageUrl": PlatformField("tiktok", link, VIDEO),
    "tiktokMediaType": PlatformField("tiktok", one_of("video", "photo", any_case=True), MEDIA),
    "tiktokPhotoCoverIndex": PlatformField("tiktok", photo_index, PHOTO),
    "tiktokDescription": PlatformField("tiktok", text(4_000, count=count_utf16_units), PHOTO),
    "tiktokAutoAddMusic": PlatformField("tiktok", boolean, PHOTO),
    "tiktokVideoMadeWithAi": PlatformField("tiktok", boolean, VIDEO),
    "tiktokDraft": PlatformField("tiktok", boolean, MEDIA),
    "tiktokCommercialContentType": PlatformField(
        "tiktok", one_of("none", "brand_organic", "brand_content"), MEDIA
    ),
}
PLATFORM_FIELDS: Final[dict[str, PlatformField]] = {
    **YOUTUBE, **INSTAGRAM, **FACEBOOK, **LINKEDIN, **X, **TIKTOK, **BLUESKY,
    **MASTODON, **WORDPRESS,
}  # fmt: skip
