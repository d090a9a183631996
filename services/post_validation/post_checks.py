"""Checks a post with its versions: what each network or account gets, by its limits. Pure.

An error names the field that holds what is wrong: `versions.x.caption` where the version has a
caption of its own, else `caption`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from services.errors import FieldError
from services.post_validation.carried_fields import (
    PostProviders,
    carrying_warnings,
    limit_problems,
    title_warnings,
)
from services.post_validation.content import network_problems
from services.post_validation.platform_fields import field_problems
from services.post_validation.threads import lost_thread, thread_problems, thread_warnings
from services.post_validation.whole_post import (
    DeliveryTarget,
    TargetContent,
    WholePost,
    target_contents,
)

FindProviders = Callable[[Sequence[DeliveryTarget]], PostProviders]
# The field of a version that decides about the files, and so about the type of the post there.
OF_MEDIA: Final = {"photoUrls": "media", "platforms": "media"}


def content_problems(post: WholePost, find_providers: FindProviders) -> list[FieldError]:
    """Every problem with what the targets get, each once. `find_providers` returns the providers
    that some of the targets go through."""
    found = _unique(
        _named(post, part, problem)
        for part in target_contents(post)
        for problem in (
            *network_problems(part.content),
            *field_problems(part.content),
            *limit_problems(part.content, find_providers(part.targets)),
            *thread_problems(part.content, find_providers(part.targets)),
        )
    )
    contents = [(each.content, find_providers(each.targets)) for each in target_contents(post)]
    return [*found, *lost_thread(contents)]


def lost_limits(post: WholePost, find_providers: FindProviders) -> list[FieldError]:
    """The fields that limit the post on a target, and will not be sent there."""
    return _unique(
        _named(post, part, problem)
        for part in target_contents(post)
        for problem in limit_problems(part.content, find_providers(part.targets))
    )


def content_warnings(post: WholePost, find_providers: FindProviders) -> list[FieldError]:
    """What will not be sent to the targets, and why."""
    found = _unique(
        _named(post, part, warning)
        for part in target_contents(post)
        for warning in (
            *carrying_warnings(part.content, find_providers(part.targets)),
            *thread_warnings(part.content, find_providers(part.targets)),
        )
    )
    return [*found, *title_warnings(post.title, post.platforms, find_providers(post.targets))]


def _unique(problems: Iterable[FieldError]) -> list[FieldError]:
    return list({(each["field"], each["message"]): each for each in problems}.values())


def _named(post: WholePost, part: TargetContent, problem: FieldError) -> FieldError:
    return FieldError(field=_source(post, part, problem["field"]), message=problem["message"])


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
