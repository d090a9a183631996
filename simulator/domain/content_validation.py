"""Checks whether a post can be published: its profiles, media and caption. Pure."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from simulator.domain.body_validation import body_problems
from simulator.domain.media import SUCCESS
from simulator.errors import Problem, validation_error

_MEDIA_TYPES: Final = frozenset({"MEDIA", "REEL", "STORY"})


def check_body(body: Mapping[str, Any]) -> None:
    """CallError 400 that names every field with a wrong shape."""
    if problems := body_problems(body):
        raise validation_error(problems)


def check_references(
    body: Mapping[str, Any], profiles: Collection[str], media: Mapping[str, str]
) -> None:
    """CallError 400 unless a body of the right shape can be published.

    `profiles` are the workspace's profile ids among those named; `media` maps the named media
    ids that exist to their status.
    """
    problems = [*_unknown_profiles(body, profiles), *_missing_content(body, media)]
    if problems:
        raise validation_error(problems)


def media_ids(body: Mapping[str, Any]) -> dict[str, str]:
    """The media that this type of post uses: path of the field → media id."""
    if body["type"] not in _MEDIA_TYPES:
        return {}
    return {
        f"medias[{group}].mediaFiles[{place}].mediaLibId": file["mediaLibId"]
        for group, media in enumerate(body.get("medias") or [])
        for place, file in enumerate(media["mediaFiles"])
    }


def _unknown_profiles(body: Mapping[str, Any], profiles: Collection[str]) -> Iterator[Problem]:
    for index, profile in enumerate(body["profileIds"]):
        if profile not in profiles:
            yield Problem(f"profileIds[{index}]", "is not a profile of this workspace")


def _missing_content(body: Mapping[str, Any], media: Mapping[str, str]) -> Iterator[Problem]:
    kind = body["type"]
    if kind in _MEDIA_TYPES:
        yield from _media_problems(body, media)
    elif kind == "LINK" and not body.get("links"):
        yield Problem("links", "a LINK post needs at least one link")
    elif kind == "STATUS" and not _has_caption(body):
        yield Problem("captions", "a STATUS post needs a caption with text")


def _media_problems(body: Mapping[str, Any], media: Mapping[str, str]) -> Iterator[Problem]:
    named = media_ids(body)
    if not named:
        yield Problem("medias", f"a {body['type']} post needs at least one media file")
    for field, media_id in named.items():
        status = media.get(media_id)
        if status is None:
            yield Problem(field, "is not a media of this workspace")
        elif status != SUCCESS:
            yield Problem(field, f"must be in status SUCCESS, but is {status}")


def _has_caption(body: Mapping[str, Any]) -> bool:
    return any(caption["plainText"].strip() for caption in body.get("captions") or [])
