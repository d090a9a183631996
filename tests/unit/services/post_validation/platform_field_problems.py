"""A helper: the problems of a post's platform fields."""

from collections.abc import Mapping

from services.inputs.field_types import PLATFORMS
from services.post_validation.content import PostContent
from services.post_validation.platform_fields import field_problems

POLL = {"xPollOptions": "Yes,No", "xPollDurationMinutes": "60"}


def list_problems(
    post_type: str, fields: Mapping[str, str], *platforms: str, photos: int = 2
) -> dict[str, str]:
    """The problems by key."""
    number = photos if post_type == "photo" else 0
    content = PostContent(post_type, "Hi", platforms or PLATFORMS, number, fields)
    prefix = "platformFields."
    return {each["field"].removeprefix(prefix): each["message"] for each in field_problems(content)}
