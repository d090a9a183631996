"""Can a well-made post be published? Pure: what it refers to comes in as arguments."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from simulator.domain.body_validation import body_problems
from simulator.errors import Problem, validation_error

_MEDIA_TYPES: Final = frozenset({"MEDIA", "REEL", "STORY"})
SUCCESS: Final = "SUCCESS"


def check_body(body: Mapping[str, Any]) -> None:
    """Refused 400, naming every field that is not what it must be."""
    if problems := body_problems(body):
        raise validation_error(problems)


def check_references(
    body: Mapping[str, Any], profiles: Collection[str], media: Mapping[str, str]
) -> None:
    """Refused 400 unless a body of good shape can be published.

    `profiles` are the workspace's profile ids among those named; `media` maps the named media
    ids that exist to their status.
    """
    problems = [*_unknown_profiles(body, profiles), *_missing_content(body, media)]
    if problems:
        raise validation_error(problems)


def media_ids(body: Mapping[str, Any]) -> dict[str, str]:
    """The media files that count for this type of post: path of the field to media id."""
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
