"""Checks a post with its versions: what each network or account gets, by its limits. Pure.

An error names the field that holds what is wrong: `versions.x.caption` where the version has a
caption of its own, else `caption`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from services.errors import FieldError
from services.post_validation.carried_fields import (
    PostProviders,
    carrying_warnings,
    limit_problems,
    title_warnings,
)
from services.post_validation.content import PostContent, network_problems
from services.post_validation.platform_fields import field_problems
from services.post_validation.threads import lost_thread, thread_problems, thread_warnings
from services.post_validation.whole_post import (
    DeliveryTarget,
    TargetContent,
    WholePost,
    target_contents,
)

FindProviders = Callable[[Sequence[DeliveryTarget]], PostProviders]
ContentCheck = Callable[[PostContent, PostProviders], list[FieldError]]
# The field of a version that decides about the files, and so about the type of the post there.
OF_MEDIA: Final = {"photoUrls": "media", "platforms": "media"}


def content_problems(post: WholePost, find_providers: FindProviders) -> list[FieldError]:
    """Every problem with what the targets get, each once. `find_providers` returns the providers
    that some of the targets go through."""
    found = _check(
        post,
        find_providers,
        lambda content, providers: [
            *network_problems(content),
            *field_problems(content),
            *limit_problems(content, providers),
            *thread_problems(content, providers),
        ],
    )
    contents = [each[1:] for each in contents_with_providers(post, find_providers)]
    return [*found, *lost_thread(contents)]


def lost_limits(post: WholePost, find_providers: FindProviders) -> list[FieldError]:
    """The fields that limit the post on a target, and will not be sent there."""
    return _check(post, find_providers, limit_problems)


def content_warnings(post: WholePost, find_providers: FindProviders) -> list[FieldError]:
    """What will not be sent to the targets, and why."""
    found = _check(
        post,
        find_providers,
        lambda content, providers: [
            *carrying_warnings(content, providers),
            *thread_warnings(content, providers),
        ],
    )
    return [*found, *title_warnings(post.title, post.platforms, find_providers(post.targets))]


def _check(post: WholePost, find_providers: FindProviders, check: ContentCheck) -> list[FieldError]:
    """What a check finds in the contents of a post, each once, by the fields that hold it."""
    found = [
        FieldError(field=_source(post, part, each["field"]), message=each["message"])
        for part, content, providers in contents_with_providers(post, find_providers)
        for each in check(content, providers)
    ]
    return list({(each["field"], each["message"]): each for each in found}.values())


def contents_with_providers(
    post: WholePost, find_providers: FindProviders
) -> Iterator[tuple[TargetContent, PostContent, PostProviders]]:
    """What the targets get, each with the limits of their servers and their providers."""
    for part in target_contents(post):
        providers = find_providers(part.targets)
        yield part, replace(part.content, servers=providers.servers), providers


def _source(post: WholePost, part: TargetContent, name: str) -> str:
    """The field that holds what a problem of some targets' content is about."""
    root, _, key = name.partition(".")
    root = OF_MEDIA.get(root, root)
    given = [each for each in part.versions if root in post.versions[each]]
    if key:
        own = [each for each in given if key in post.versions[each][root]]
        # What is missing is to be added to the version that gives fields of its own.
        given = own or ([] if key in post.fields else given)
    return f"versions.{given[0]}.{root}{f'.{key}' if key else ''}" if given else name
