"""The platform fields that Swonkie has a place for, and their names there. Data.

`request_bodies.py` translates by these names, and `CARRIED_FIELDS` is made of them.
"""

from typing import Final

from provider.carried_fields import ALL_POST_TYPES, CarriedField, FieldTable

TIKTOK_NEGATED: Final = {
    "tiktokAllowComment": "disableComments",
    "tiktokAllowDuet": "disableDuet",
    "tiktokAllowStitch": "disableStitch",
}
TIKTOK_FLAGS: Final = {
    "tiktokAutoAddMusic": "autoAddMusic",
    "tiktokVideoMadeWithAi": "isAiGenerated",
}
COMMERCIAL: Final = {"brand_content": "isBrandedContent", "brand_organic": "isBrandOrganic"}
# Without a flag, a post is no advertisement.
NOT_COMMERCIAL: Final = "none"
FIRST_COMMENT: Final = {
    "facebook": "facebookFirstComment",
    "instagram": "instagramFirstComment",
    "linkedin": "linkedinFirstComment",
    "youtube": "youtubeFirstComment",
}
# Networks on which a post is not whole without its thread, which Swonkie's API has no place for.
WITH_THREADS: Final = frozenset(("bluesky", "mastodon", "threads", "x"))
CONTENT_TYPE: Final = {"facebook": "facebookContentType", "instagram": "instagramContentType"}
TYPES: Final = {
    "reel": "REEL", "reels": "REEL", "story": "STORY", "stories": "STORY",
    "feed": "MEDIA", "post": "MEDIA",
}  # fmt: skip

CARRIED_FIELDS: Final[FieldTable] = {
    **dict.fromkeys((*TIKTOK_NEGATED, *TIKTOK_FLAGS, *FIRST_COMMENT.values()), CarriedField()),
    "instagramShareToFeed": CarriedField(),
    "linkedinDocumentTitle": CarriedField(frozenset(("document",))),
    "tiktokCommercialContentType": CarriedField(values=frozenset((*COMMERCIAL, NOT_COMMERCIAL))),
    **dict.fromkeys(
        CONTENT_TYPE.values(), CarriedField(ALL_POST_TYPES - {"text"}, frozenset(TYPES))
    ),
}
