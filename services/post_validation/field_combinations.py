"""Platform fields that contradict one another or the post, as the networks document it. Pure."""

from collections.abc import Iterator
from typing import Final

from services.errors import FieldError
from services.post_validation.content import PostContent

CONSENTS: Final = ("tiktokContentPreviewConfirmed", "tiktokExpressConsentGiven")
# Fields that cannot be used when the post is a story.
NOT_WITH_A_STORY: Final = {
    "instagramContentType": (
        "instagramShareToFeed", "instagramCollaborators", "instagramTrialGraduationStrategy",
        "instagramAudioName", "instagramFirstComment",
    ),
    "facebookContentType": ("facebookTitle", "facebookFirstComment"),
}  # fmt: skip
MEDIA: Final = ("video", "photo")
REELS: Final = ("reel", "reels")
STORIES: Final = ("story", "stories")


def combination_problems(content: PostContent) -> list[FieldError]:
    """The fields that cannot be used together, or not with this post."""
    return [
        FieldError(field=f"platformFields.{name}", message=message)
        for rule in (
            _reels_and_stories,
            _polls,
            _consents,
            _branded,
            _media_type,
            _comments_on_kids_videos,
        )
        for name, message in rule(content)
    ]


def _reels_and_stories(content: PostContent) -> Iterator[tuple[str, str]]:
    for name, others in NOT_WITH_A_STORY.items():
        kind = content.fields.get(name, "").lower()
        if kind in REELS and content.post_type != "video":
            yield name, f"a reel is a video, not a {content.post_type} post"
        if kind in STORIES and content.post_type not in MEDIA:
            yield name, f"a story is a video or a photo, not a {content.post_type} post"
        if kind in STORIES and content.photos > 1:
            yield name, f"a story has one photo, not {content.photos}"
        if kind in STORIES:
            yield from (
                (each, f"does not go with {name} {kind!r}")
                for each in others
                if each in content.fields
            )


def _polls(content: PostContent) -> Iterator[tuple[str, str]]:
    pair = ("xPollOptions", "xPollDurationMinutes")
    for name, other in (pair, pair[::-1]):
        if name in content.fields and other not in content.fields:
            yield other, f"is required with {name}"


def _consents(content: PostContent) -> Iterator[tuple[str, str]]:
    for name in CONSENTS:
        if content.fields.get(name) == "false":
            yield name, 'must be "true": TikTok takes no post without it'


def _branded(content: PostContent) -> Iterator[tuple[str, str]]:
    is_branded = content.fields.get("tiktokCommercialContentType") == "brand_content"
    if is_branded and content.fields.get("tiktokPrivacyLevel") == "SELF_ONLY":
        yield "tiktokPrivacyLevel", "must not be SELF_ONLY for branded content"


def _media_type(content: PostContent) -> Iterator[tuple[str, str]]:
    media_type = content.fields.get("tiktokMediaType", "").lower()
    if media_type in MEDIA and content.post_type in MEDIA and media_type != content.post_type:
        yield "tiktokMediaType", f"must be {content.post_type!r}, as the postType is"


def _comments_on_kids_videos(content: PostContent) -> Iterator[tuple[str, str]]:
    for_kids = content.fields.get("youtubeMadeForKids") == "true"
    if for_kids and "youtubeFirstComment" in content.fields:
        yield "youtubeFirstComment", "does not go with youtubeMadeForKids: comments are off there"
