"""Which fields of a post will not reach the network: as warnings, or as refusals. Pure.

A field that limits the post is refused: without it the post would reach more people than was meant.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from provider.field_tables import (
    carries,
    carries_alt_texts,
    carries_threads,
    carries_title,
    has_place_for,
)
from services.errors import FieldError
from services.post_validation.content import PostContent
from services.post_validation.limiting_fields import DRAFT_FIELDS, limits
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from services.post_validation.platform_fields import field_error


@dataclass(frozen=True, slots=True)
class PostProviders:
    """The providers that a post goes through: of its accounts on each platform, and `default` where
    the organization has no account there yet. `servers`: the limits of the accounts' servers, where
    servers of a platform differ."""

    default: str
    by_platform: Mapping[str, Sequence[str]] = field(default_factory=dict)
    servers: Mapping[str, Sequence[Mapping[str, int]]] = field(default_factory=dict)

    def without_place(self, name: str, value: str, post_type: str) -> list[str]:
        """The providers that will not carry this value of a field."""
        names = self.of(PLATFORM_FIELDS[name].platform)
        return [each for each in names if not carries(each, name, value, post_type)]

    def has_place_for(self, name: str) -> bool:
        """Whether a provider of the field's network carries some value of it."""
        names = self.of(PLATFORM_FIELDS[name].platform)
        return any(has_place_for(each, name) for each in names)

    def without_threads(self, platform: str) -> list[str]:
        """The providers of a platform that have no place for what follows a post."""
        return [each for each in self.of(platform) if not carries_threads(each)]

    def of(self, platform: str) -> Sequence[str]:
        """The providers of a platform."""
        return self.by_platform.get(platform) or (self.default,)


def limit_problems(content: PostContent, providers: PostProviders) -> list[FieldError]:
    """The fields that limit the post, and that a provider of it has no place for."""
    return [
        field_error(name, _lost_limit_message(name, content, providers))
        for name in _uncarried_fields(content, providers)
        if limits(name, content.fields[name])
    ]


def carrying_warnings(content: PostContent, providers: PostProviders) -> list[FieldError]:
    """Every field that will not reach its network, or not each account there, and why."""
    fields = [
        field_error(name, _warning(name, content, providers))
        for name in content.fields
        if _is_of_interest(name, content) and not _is_sent(name, content, providers)
    ]
    return [*fields, *_alt_text_warnings(content, providers)]


def title_warnings(
    title: str | None, platforms: Sequence[str], providers: PostProviders
) -> Iterator[FieldError]:
    """That a title will reach no network of the post."""
    names = {each for platform in platforms for each in providers.of(platform)}
    if title and platforms and not any(map(carries_title, names)):
        message = f"is not sent: posts have no title of their own on {', '.join(platforms)}"
        yield FieldError(field="title", message=message)


def _alt_text_warnings(content: PostContent, providers: PostProviders) -> Iterator[FieldError]:
    """Where the alt texts of the photos will not reach a network, and why."""
    lost = {
        platform: [each for each in providers.of(platform) if not carries_alt_texts(each)]
        for platform in (content.platforms if content.has_alt_texts else ())
    }
    reasons = [
        f"to {platform}: the provider {' and '.join(names)} has no place for them"
        for platform, names in lost.items()
        if names
    ]
    if reasons:
        yield FieldError(field="altTexts", message=f"are not sent {'; '.join(reasons)}")


def offered_fields(providers: Iterable[str]) -> dict[str, list[str]]:
    """The fields that one of these providers carries, by their networks."""
    names = set(providers)
    by_platform: dict[str, list[str]] = {}
    for name, each in PLATFORM_FIELDS.items():
        if any(has_place_for(provider, name) for provider in names):
            by_platform.setdefault(each.platform, []).append(name)
    return by_platform


def _uncarried_fields(content: PostContent, providers: PostProviders) -> Iterator[str]:
    """The fields of the post's own networks that a provider has no place for."""
    for name in content.fields:
        if _is_own(name, content) and not _is_sent(name, content, providers):
            yield name


def _is_of_interest(name: str, content: PostContent) -> bool:
    """Whether it is a field that no other content of the post answers for."""
    return name in PLATFORM_FIELDS and PLATFORM_FIELDS[name].platform not in content.others


def _is_own(name: str, content: PostContent) -> bool:
    return name in PLATFORM_FIELDS and PLATFORM_FIELDS[name].platform in content.platforms


def _is_sent(name: str, content: PostContent, providers: PostProviders) -> bool:
    return _is_own(name, content) and not _without_place(name, content, providers)


def _without_place(name: str, content: PostContent, providers: PostProviders) -> list[str]:
    return providers.without_place(name, content.fields[name], content.post_type)


def _warning(name: str, content: PostContent, providers: PostProviders) -> str:
    if not _is_own(name, content):
        platform = PLATFORM_FIELDS[name].platform
        return f"is not sent: {name} belongs to {platform}, and this post does not go there"
    if limits(name, content.fields[name]):
        return _lost_limit_message(name, content, providers)
    return f"is not sent: {_reason(name, content, providers)}"


def _lost_limit_message(name: str, content: PostContent, providers: PostProviders) -> str:
    advice = "leave the field out if that is right"
    if name in DRAFT_FIELDS:
        advice = 'leave the field out, and use publishMode "draft" for a draft'
    reason = _reason(name, content, providers)
    return f"cannot be sent: {reason}, so the post would go out without this limit; {advice}"


def _reason(name: str, content: PostContent, providers: PostProviders) -> str:
    platform = PLATFORM_FIELDS[name].platform
    posts = f"{content.post_type} posts to {platform}"
    without = " and ".join(_without_place(name, content, providers))
    return f"the provider {without} has no place for {name} in {posts}"
