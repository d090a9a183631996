"""The cell of what follows a post: texts with a line of dashes between them, or JSON. Pure."""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from services.calendar_import.rows import BadCell, resolve_link
from services.text_input import normalize_newlines

FIELD: Final = "thread"
BETWEEN_TEXTS: Final = "\n---\n"
WANTED: Final = (
    "must be texts with a line --- between them, or a JSON list of texts or of objects such as "
    '{"text": "…", "photoUrls": ["…"], "altTexts": ["…"]}'
)
_DASHES: Final = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)


def split_thread(text: str) -> list[Any]:
    """The items of `thread`; BadCell where the cell is no list of them."""
    if not text.lstrip().startswith("["):
        parts = _DASHES.split(normalize_newlines(text))
        return [{"text": part.strip()} for part in parts]
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list):
        raise BadCell(FIELD, WANTED)
    return [{"text": each} if isinstance(each, str) else each for each in items]


def join_thread(items: Sequence[dict[str, Any]]) -> str:
    """A cell that `split_thread` reads as these items."""
    text = BETWEEN_TEXTS.join(each["text"] for each in items)
    try:
        is_same = split_thread(text) == [*items]
    except BadCell:
        is_same = False
    return text if is_same else json.dumps([*items], ensure_ascii=False)


def resolve_links(items: object, media_base: str | None) -> object:
    """The items with their links joined to the base. What is no list of items stays as it is: the
    validation of the body names it."""
    if not isinstance(items, list):
        return items
    return [_resolve_item(each, media_base) if isinstance(each, dict) else each for each in items]


def _resolve_item(item: dict[str, Any], media_base: str | None) -> dict[str, Any]:
    return {name: _resolve_value(name, value, media_base) for name, value in item.items()}


def _resolve_value(name: str, value: Any, media_base: str | None) -> Any:  # noqa: ANN401  (JSON)
    if name == "videoUrl" and isinstance(value, str):
        return resolve_link(FIELD, value, media_base)
    if name == "photoUrls" and isinstance(value, list):
        return [
            resolve_link(FIELD, each, media_base) if isinstance(each, str) else each
            for each in value
        ]
    return value
