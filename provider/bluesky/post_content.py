"""The texts, files and languages of a draft, from its caption, its thread and its fields. Pure."""

import json
from typing import Any, Final

from provider.bluesky.carried_fields import CARRIED_FIELDS, LANGUAGES, THREAD_ITEMS
from provider.bluesky.record_keys import MOST_POSTS
from provider.carried_fields import not_carried
from provider.errors import GiveUp
from provider.protocol import Draft, ThreadPart

MAX_LANGUAGES: Final = 3


def parts(draft: Draft) -> list[ThreadPart]:
    """The posts of a thread: the caption with the files, then what follows it: the texts of
    `blueskyThreadItems`, without files, or else the draft's thread."""
    items = _parse_list(draft.fields.get(THREAD_ITEMS) or "[]")
    following = [ThreadPart(_item_text(each)) for each in items] or [*draft.thread]
    if len(following) >= MOST_POSTS:
        name = THREAD_ITEMS if items else "the thread"
        raise GiveUp(f"{name} has more than {MOST_POSTS - 1} texts")
    return [ThreadPart(draft.caption, draft.media), *following]


def texts(draft: Draft) -> list[str]:
    """The texts of these posts."""
    return [each.text for each in parts(draft)]


def languages(draft: Draft) -> list[str]:
    """The languages of `blueskyLanguages`, which are separated by commas."""
    parts = draft.fields.get(LANGUAGES, "").split(",")
    found = list(dict.fromkeys(part.strip() for part in parts if part.strip()))
    if len(found) > MAX_LANGUAGES:
        raise GiveUp(f"{LANGUAGES} has more than {MAX_LANGUAGES} languages")
    return found


def unsupported_fields(draft: Draft) -> list[str]:
    """The draft's fields for Bluesky that no record has a place for, sorted."""
    return not_carried(CARRIED_FIELDS, draft.platform, draft.post_type, draft.fields)


def _parse_list(value: str) -> list[Any]:
    try:
        items = json.loads(value)
    except (ValueError, RecursionError):
        items = None
    if not isinstance(items, list):
        raise GiveUp(f"{THREAD_ITEMS} is no JSON array of texts")
    return items


def _item_text(item: Any) -> str:  # noqa: ANN401  (JSON)
    """An item is a text, or an object with one."""
    text = item.get("content", item.get("text")) if isinstance(item, dict) else item
    if not isinstance(text, str):
        raise GiveUp(f"{THREAD_ITEMS} has an item without a text")
    return text
