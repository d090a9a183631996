"""Checks that versions fit their post: its networks, accounts, files and fields. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from media.graphemes import cut
from services.errors import FieldError
from services.post_validation.alt_texts import alt_text_problems
from services.post_validation.network_limits import NETWORKS
from services.post_validation.platform_field_table import PLATFORM_FIELDS
from services.post_validation.whole_post import WholePost

Version = Mapping[str, Any]
MAX_NAME: Final = 64


def version_problems(post: WholePost) -> list[FieldError]:
    """Every problem; the fields begin with `versions.` and the version's name."""
    return [
        FieldError(field=f"versions.{cut(name, MAX_NAME)}{field}", message=message)
        for name, version in post.versions.items()
        for field, message in _problems(post, name, version)
    ]


def _problems(post: WholePost, name: str, version: Version) -> Iterator[tuple[str, str]]:
    platform = _platform(post, name)
    if post.targets and platform is None:
        yield "", _unknown_message(post, name)
    else:
        yield from _foreign_fields(version, platform)
    media = version.get("media")
    yield from ((".media", each) for each in _media_problems(post, media or ()))
    photos = post.files if media is None else len(media)
    post_type = post.post_type if media is None or media else "text"
    for each in alt_text_problems(post_type, version.get("altTexts"), photos):
        yield f".{each['field']}", each["message"]


def _platform(post: WholePost, name: str) -> str | None:
    """The network of a version; None for a name that is neither a network of the post nor one of
    its accounts."""
    targets = [*post.targets, *post.live]
    by_name = {each.platform: each.platform for each in targets}
    by_name |= {each.account_id: each.platform for each in targets if each.account_id}
    return by_name.get(name)


def _unknown_message(post: WholePost, name: str) -> str:
    if name in NETWORKS:
        return f"is not needed: this post does not go to {name}; add it to platforms, or remove it"
    networks = ", ".join(post.platforms)
    return f"is neither a network of this post ({networks}) nor an account in its accountIds"


def _foreign_fields(version: Version, platform: str | None) -> Iterator[tuple[str, str]]:
    for key in version.get("platformFields", {}):
        field = PLATFORM_FIELDS.get(key)
        if field is not None and platform is not None and field.platform != platform:
            message = f"belongs to {field.platform}, and this version is for {platform}"
            yield f".platformFields.{key}", message


def _media_problems(post: WholePost, media: Sequence[int]) -> Iterator[str]:
    if len(set(media)) < len(media):
        yield "names a file twice"
    wrong = next((each for each in media if each >= post.files), None)
    if wrong is not None and not post.files:
        yield "does not go with a post without files"
    elif wrong is not None:
        last = post.files - 1
        have = "one file, 0" if not last else f"{post.files} files, 0 to {last}"
        yield f"names file {wrong}, but the post has {have}"
