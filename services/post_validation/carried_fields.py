"""Which fields of a post will not reach the network: as warnings, or as refusals. Pure.

A field that limits the post is refused: without it the post would reach more people than was meant.
"""

from collections.abc import Iterator

from provider.field_tables import carries, has_place_for
from services.errors import FieldError
from services.post_validation.content import PostContent
from services.post_validation.limiting_fields import DRAFT_FIELDS, limits
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from services.post_validation.platform_fields import field_error


def limit_problems(content: PostContent, provider: str) -> list[FieldError]:
    """The fields that limit the post, and that its provider has no place for."""
    return [
        field_error(name, _lost_limit_message(name, content, provider))
        for name in _uncarried_fields(content, provider)
        if limits(name, content.fields[name])
    ]


def carrying_warnings(content: PostContent, provider: str) -> list[FieldError]:
    """Every field that will not reach its network, and why."""
    return [
        field_error(name, _warning(name, content, provider))
        for name in content.fields
        if name in PLATFORM_FIELDS and not _is_sent(name, content, provider)
    ]


def offered_fields(provider: str) -> dict[str, list[str]]:
    """The fields that a provider carries, by their networks."""
    by_platform: dict[str, list[str]] = {}
    for name, field in PLATFORM_FIELDS.items():
        if has_place_for(provider, name):
            by_platform.setdefault(field.platform, []).append(name)
    return by_platform


def _uncarried_fields(content: PostContent, provider: str) -> Iterator[str]:
    """The fields of the post's own networks that the provider has no place for."""
    for name in content.fields:
        if _is_own(name, content) and not _is_sent(name, content, provider):
            yield name


def _is_own(name: str, content: PostContent) -> bool:
    return name in PLATFORM_FIELDS and PLATFORM_FIELDS[name].platform in content.platforms


def _is_sent(name: str, content: PostContent, provider: str) -> bool:
    value = content.fields[name]
    return _is_own(name, content) and carries(provider, name, value, content.post_type)


def _warning(name: str, content: PostContent, provider: str) -> str:
    if not _is_own(name, content):
        platform = PLATFORM_FIELDS[name].platform
        return f"is not sent: {name} belongs to {platform}, and this post does not go there"
    if limits(name, content.fields[name]):
        return _lost_limit_message(name, content, provider)
    return f"is not sent: {_reason(name, content, provider)}"


def _lost_limit_message(name: str, content: PostContent, provider: str) -> str:
    advice = "leave the field out if that is right"
    if name in DRAFT_FIELDS:
        advice = 'leave the field out, and use publishMode "draft" for a draft'
    reason = _reason(name, content, provider)
    return f"cannot be sent: {reason}, so the post would go out without this limit; {advice}"


def _reason(name: str, content: PostContent, provider: str) -> str:
    platform = PLATFORM_FIELDS[name].platform
    posts = f"{content.post_type} posts to {platform}"
    return f"the provider {provider} has no place for {name} in {posts}"
