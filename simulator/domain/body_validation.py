"""Checks the shape of a post's body: known keys, right types. Pure: needs the body alone.

Each check yields the problems of one top-level key; `FIELDS` lists all keys. An optional key may
be null, which means absent.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from simulator.domain.networks import NETWORKS
from simulator.errors import Problem
from simulator.timestamps import parse_instant

FieldCheck = Callable[[str, object], Iterator[Problem]]

POST_TYPES: Final = ("MEDIA", "STATUS", "STORY", "LINK", "REEL")


def body_problems(body: Mapping[str, Any]) -> list[Problem]:
    """All problems of a body, unknown keys first; empty when its shape is right."""
    problems = [Problem(key, "is not a known field") for key in body if key not in FIELDS]
    for field, check in FIELDS.items():
        value = body.get(field)
        if value is not None or field in _REQUIRED:
            problems.extend(check(field, value))
    return problems


def _type(field: str, value: object) -> Iterator[Problem]:
    if value not in POST_TYPES:
        yield Problem(field, f"must be one of {', '.join(POST_TYPES)}")


def _profile_ids(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, list) or not value:
        yield Problem(field, "must be a list of at least one profile id")
    elif not all(isinstance(item, str) for item in value):
        yield Problem(field, "must hold text only")
    elif len(set(value)) != len(value):
        yield Problem(field, "must not name a profile twice")


def _publish_at(field: str, value: object) -> Iterator[Problem]:
    try:
        parse_instant(value)
    except ValueError as error:
        yield Problem(field, str(error))


def _captions(field: str, value: object) -> Iterator[Problem]:
    problems: list[Problem] = []
    for at, caption in _objects(field, value, problems):
        problems += [*_text(f"{at}.plainText", caption.get("plainText")), *_net(at, caption)]
        comment = caption.get("firstComment")
        if isinstance(comment, dict):
            problems += _text(f"{at}.firstComment.plainText", comment.get("plainText"))
        elif comment is not None:
            problems.append(Problem(f"{at}.firstComment", "must be an object"))
    yield from problems


def _medias(field: str, value: object) -> Iterator[Problem]:
    problems: list[Problem] = []
    for at, media in _objects(field, value, problems):
        problems += _net(at, media)
        for file_at, file in _objects(f"{at}.mediaFiles", media.get("mediaFiles"), problems):
            problems += _text(f"{file_at}.mediaLibId", file.get("mediaLibId"))
    yield from problems


def _briefing(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(field, "must be an object")
    elif value.get("markdown") is not None:
        yield from _text(f"{field}.markdown", value["markdown"])


def _list(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(field, "must be a list")


def _object(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(field, "must be an object")


def _objects(
    field: str, value: object, problems: list[Problem]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, object) for each object of a list; items of another type go to `problems`."""
    if not isinstance(value, list):
        problems.append(Problem(field, "must be a list"))
        return
    for index, item in enumerate(value):
        at = f"{field}[{index}]"
        if isinstance(item, dict):
            yield at, item
        else:
            problems.append(Problem(at, "must be an object"))


def _text(field: str, value: object) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(field, "must be text")


def _net(at: str, item: Mapping[str, Any]) -> Iterator[Problem]:
    net = item.get("net")
    if net is not None and net not in tuple(NETWORKS):
        yield Problem(f"{at}.net", f"must be null or one of {', '.join(NETWORKS)}")


FIELDS: Final[dict[str, FieldCheck]] = {
    "type": _type,
    "profileIds": _profile_ids,
    "publishAt": _publish_at,
    "captions": _captions,
    "medias": _medias,
    "links": _list,
    "labelIds": _list,
    "briefing": _briefing,
    "facebook": _object,
    "instagram": _object,
    "linkedIn": _object,
    "tiktok": _object,
}
_REQUIRED: Final = frozenset({"type", "profileIds"})
