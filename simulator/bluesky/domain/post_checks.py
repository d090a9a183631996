"""The lexicon of a post, as far as a publisher can break it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from simulator.bluesky.domain.shapes import (
    WrongShape,
    a_blob,
    a_list,
    a_strong_ref,
    a_text,
    an_integer,
    an_object,
    required,
)

_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,20})?(Z|[+-]\d{2}:\d{2})")
# The feature of a facet → what it must name.
_FEATURES: Final = {"mention": "did", "link": "uri", "tag": "tag"}


def check_post(post: dict[str, Any]) -> None:
    """Raise WrongShape for what the real server refuses in a post."""
    path = "$.record"
    a_text(required(post, "text", path), f"{path}.text", graphemes=300, size=3000)
    created = a_text(required(post, "createdAt", path), f"{path}.createdAt")
    if not _INSTANT.fullmatch(created):
        raise WrongShape(f'Invalid datetime (got "{created}") at {path}.createdAt')
    a_list(post.get("langs", []), f"{path}.langs", 3)
    for index, tag in enumerate(a_list(post.get("tags", []), f"{path}.tags", 8)):
        a_text(tag, f"{path}.tags[{index}]", graphemes=64, size=640)
    if "reply" in post:
        _check_reply(post["reply"], f"{path}.reply")
    for index, facet in enumerate(a_list(post.get("facets", []), f"{path}.facets")):
        _check_facet(facet, f"{path}.facets[{index}]")
    if "embed" in post:
        _check_embed(post["embed"], f"{path}.embed")


def _check_reply(value: object, path: str) -> None:
    reply = an_object(value, path)
    for name in ("root", "parent"):
        a_strong_ref(required(reply, name, path), f"{path}.{name}")


def _check_facet(value: object, path: str) -> None:
    facet = an_object(value, path)
    index = an_object(required(facet, "index", path), f"{path}.index")
    for name in ("byteStart", "byteEnd"):
        an_integer(required(index, name, f"{path}.index"), f"{path}.index.{name}", 0)
    # Whether the bytes exist is not checked.
    for number, item in enumerate(a_list(required(facet, "features", path), f"{path}.features")):
        feature = an_object(item, f"{path}.features[{number}]")
        key = _FEATURES.get(str(feature.get("$type", "")).partition("#")[2])
        if key is not None:
            a_text(required(feature, key, path), f"{path}.features[{number}].{key}")


def _check_embed(value: object, path: str) -> None:
    embed = an_object(value, path)
    check = _EMBEDS.get(str(embed.get("$type", "")).removeprefix("app.bsky.embed."))
    if check is not None:
        check(embed, path)


def _check_images(embed: dict[str, Any], path: str) -> None:
    images = a_list(required(embed, "images", path), f"{path}.images", 4)
    for index, item in enumerate(images):
        where = f"{path}.images[{index}]"
        image = an_object(item, where)
        a_blob(required(image, "image", where), f"{where}.image", "image/", 2_000_000)
        a_text(required(image, "alt", where), f"{where}.alt")
        _check_aspect_ratio(image, where)


def _check_video(embed: dict[str, Any], path: str) -> None:
    a_blob(required(embed, "video", path), f"{path}.video", "video/mp4", 300_000_000)
    if "alt" in embed:
        a_text(embed["alt"], f"{path}.alt", graphemes=1000, size=10000)
    _check_aspect_ratio(embed, path)


def _check_external(embed: dict[str, Any], path: str) -> None:
    where = f"{path}.external"
    card = an_object(required(embed, "external", path), where)
    for name in ("uri", "title", "description"):
        a_text(required(card, name, where), f"{where}.{name}")
    if "thumb" in card:
        a_blob(card["thumb"], f"{where}.thumb", "image/", 1_000_000)


def _check_aspect_ratio(value: dict[str, Any], path: str) -> None:
    if "aspectRatio" not in value:
        return
    where = f"{path}.aspectRatio"
    ratio = an_object(value["aspectRatio"], where)
    for name in ("width", "height"):
        an_integer(required(ratio, name, where), f"{where}.{name}", 1)


_EMBEDS: Final[Mapping[str, Callable[[dict[str, Any], str], None]]] = {
    "images": _check_images,
    "video": _check_video,
    "external": _check_external,
}
