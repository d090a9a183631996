"""What people call the platform fields, and the values to choose from. Data.

`platform_field_table.py` says which values are right; a test compares the two. A field without
choices is a text: `long` where it may have lines, `example` shows how it is written.
"""

from dataclasses import dataclass
from typing import Final

Choices = tuple[tuple[str, str], ...]
YES_NO: Final[Choices] = (("true", "Yes"), ("false", "No"))
POST_KINDS: Final[Choices] = (("feed", "Post"), ("reel", "Reel"), ("story", "Story"))


@dataclass(frozen=True, slots=True)
class OptionLabel:
    """How a form shows one platform field."""

    label: str
    choices: Choices = ()
    example: str = ""
    is_long: bool = False


COUNTRIES: Final = "PT, US"
FIRST_COMMENT: Final = OptionLabel("First comment", is_long=True)
YOUTUBE: Final = {
    "youtubeTitle": OptionLabel("Title"),
    "youtubeVisibility": OptionLabel(
        "Visibility", (("public", "Public"), ("unlisted", "Unlisted"), ("private", "Private"))
    ),
    "youtubeMadeForKids": OptionLabel("Made for kids", YES_NO),
    "youtubeContainsSyntheticMedia": OptionLabel("Altered or synthetic content", YES_NO),
    "youtubeCategoryId": OptionLabel("Category number", example="22"),
    "youtubePlaylistId": OptionLabel("Playlist", example="PL…"),
    "youtubeFirstComment": FIRST_COMMENT,
}
INSTAGRAM: Final = {
    "instagramContentType": OptionLabel("Format", POST_KINDS),
    "instagramShareToFeed": OptionLabel("Also show the reel in the feed", YES_NO),
    "instagramCollaborators": OptionLabel("Collaborators", example="name, other.name"),
    "instagramUserTags": OptionLabel(
        "People tagged in the picture", example='[{"username": "name", "x": 0.5, "y": 0.5}]'
    ),
    "instagramTrialGraduationStrategy": OptionLabel(
        "Trial reel, shown to everybody later",
        (("MANUAL", "When somebody decides"), ("SS_PERFORMANCE", "If it does well")),
    ),
    "instagramThumbOffset": OptionLabel("Cover frame, in ms from the start", example="1500"),
    "instagramThumbnail": OptionLabel("Link to the cover picture", example="https://"),
    "instagramAudioName": OptionLabel("Name of the audio"),
    "instagramFirstComment": FIRST_COMMENT,
}
FACEBOOK: Final = {
    "facebookDraft": OptionLabel("Keep it as a draft on Facebook", YES_NO),
    "facebookContentType": OptionLabel("Format", POST_KINDS),
    "facebookTitle": OptionLabel("Title of the video"),
    "facebookFirstComment": FIRST_COMMENT,
    "facebookPageId": OptionLabel("Page number", example="1234567890"),
    "facebookGeoCountries": OptionLabel("Only in these countries", example=COUNTRIES),
}
LINKEDIN: Final = {
    "linkedinDocumentTitle": OptionLabel("Title of the document"),
    "linkedinOrganizationUrn": OptionLabel("Organization", example="urn:li:organization:123456"),
    "linkedinFirstComment": FIRST_COMMENT,
    "linkedinDisableLinkPreview": OptionLabel("Without a preview of the link", YES_NO),
    "linkedinGeoCountries": OptionLabel("Only in these countries", example=COUNTRIES),
}
X: Final = {
    "xReplyToTweetId": OptionLabel("Reply to the post with this number", example="1234567890"),
    "xReplySettings": OptionLabel(
        "Who can reply",
        (
            ("following", "People this account follows"),
            ("mentionedUsers", "People it mentions"),
            ("subscribers", "Subscribers"),
            ("verified", "Verified accounts"),
        ),
    ),
    "xThreadItems": OptionLabel("Thread, as JSON", example='["second", "third"]', is_long=True),
    "xPollOptions": OptionLabel("Answers of a poll", example="Rye, Wheat"),
    "xPollDurationMinutes": OptionLabel("Length of the poll, in minutes", example="1440"),
    "xLongVideo": OptionLabel("Long video", YES_NO),
    "xGeoCountries": OptionLabel("Only in these countries", example=COUNTRIES),
}
BLUESKY: Final = {
    "blueskyLanguages": OptionLabel("Languages", example="en, pt-BR"),
    "blueskyThreadItems": OptionLabel(
        "Thread, as JSON", example='["second", "third"]', is_long=True
    ),
}
MASTODON: Final = {
    "mastodonContentWarning": OptionLabel("Content warning"),
    "mastodonVisibility": OptionLabel(
        "Visibility",
        (
            ("public", "Public"),
            ("unlisted", "Unlisted"),
            ("private", "Followers only"),
            ("direct", "Mentioned people only"),
        ),
    ),
    "mastodonLanguage": OptionLabel("Language", example="en"),
    "mastodonSensitive": OptionLabel("Hide the pictures at first", YES_NO),
}
WORDPRESS: Final = {
    "wordpressTags": OptionLabel("Tags", example="bread, rye"),
    "wordpressCategories": OptionLabel("Categories", example="News"),
    "wordpressExcerpt": OptionLabel("Excerpt", is_long=True),
    "wordpressSlug": OptionLabel("End of the address", example="fresh-at-8"),
    "wordpressFeaturedImage": OptionLabel(
        "Featured image",
        (
            ("first", "The first photo, also in the text"),
            ("only", "The first photo, not in the text"),
            ("none", "None"),
        ),
    ),
}
TIKTOK: Final = {
    "tiktokPrivacyLevel": OptionLabel(
        "Who can see it",
        (
            ("PUBLIC_TO_EVERYONE", "Everybody"),
            ("MUTUAL_FOLLOW_FRIENDS", "Friends"),
            ("FOLLOWER_OF_CREATOR", "Followers"),
            ("SELF_ONLY", "Only this account"),
        ),
    ),
    "tiktokAllowComment": OptionLabel("Allow comments", YES_NO),
    "tiktokAllowDuet": OptionLabel("Allow duets", YES_NO),
    "tiktokAllowStitch": OptionLabel("Allow stitches", YES_NO),
    "tiktokContentPreviewConfirmed": OptionLabel("I have seen the preview", YES_NO),
    "tiktokExpressConsentGiven": OptionLabel("I agree to publish on TikTok", YES_NO),
    "tiktokVideoCoverTimestampMs": OptionLabel("Cover frame, in ms from the start", example="1500"),
    "tiktokVideoCoverImageUrl": OptionLabel("Link to the cover picture", example="https://"),
    "tiktokMediaType": OptionLabel("Kind", (("video", "Video"), ("photo", "Photos"))),
    "tiktokPhotoCoverIndex": OptionLabel("Cover photo, the first is 0", example="0"),
    "tiktokDescription": OptionLabel("Description", is_long=True),
    "tiktokAutoAddMusic": OptionLabel("Let TikTok add music", YES_NO),
    "tiktokVideoMadeWithAi": OptionLabel("Made with AI", YES_NO),
    "tiktokDraft": OptionLabel("Keep it as a draft on TikTok", YES_NO),
    "tiktokCommercialContentType": OptionLabel(
        "Advertising",
        (
            ("none", "None"),
            ("brand_organic", "For the own brand"),
            ("brand_content", "Paid by another brand"),
        ),
    ),
}
OPTION_LABELS: Final[dict[str, OptionLabel]] = {
    **YOUTUBE, **INSTAGRAM, **FACEBOOK, **LINKEDIN, **X, **TIKTOK, **BLUESKY,
    **MASTODON, **WORDPRESS,
}  # fmt: skip
