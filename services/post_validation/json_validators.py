"""The platform fields whose values are JSON: a thread's posts, and the tags of a photo (pure)."""

from typing import Final

from services.post_validation.content import PostContent
from services.post_validation.network_limits import X_CAPTION_LIMIT
from services.post_validation.validators import parse_json, quote

THREAD_FORMAT: Final = 'must be a JSON array of texts, or of objects such as {"content": "…"}'
TAGS_FORMAT: Final = 'must be a JSON array such as [{"username": "name", "x": 0.5, "y": 0.5}]'


def thread_items(value: str, _content: PostContent) -> str | None:
    """`xThreadItems`: the posts that follow the first one, each with a text."""
    items = parse_json(value)
    if not isinstance(items, list) or not items:
        return THREAD_FORMAT
    for number, item in enumerate(items, 1):
        text = item.get("content", item.get("text")) if isinstance(item, dict) else item
        if not isinstance(text, str):
            return THREAD_FORMAT
        if not text.strip():
            return f"must have a text in item {number}"
        if not _is_unicode(text):
            return f"must be valid Unicode in item {number}"
        if (length := X_CAPTION_LIMIT.count(text)) > X_CAPTION_LIMIT.maximum:
            most = f"{X_CAPTION_LIMIT.maximum} {X_CAPTION_LIMIT.unit}"
            return f"takes at most {most} in item {number}, not {length}"
    return None


def user_tags(value: str, content: PostContent) -> str | None:
    """`instagramUserTags`: who, and on photos where, from the top left corner (0 to 1)."""
    items = parse_json(value)
    if not isinstance(items, list) or not items:
        return TAGS_FORMAT
    for number, item in enumerate(items, 1):
        problem = _tag_problem(item, content)
        if problem:
            return f"{problem} in item {number}"
    return None


def _tag_problem(item: object, content: PostContent) -> str | None:
    if not isinstance(item, dict) or not isinstance(item.get("username"), str):
        return 'must have a "username"'
    places = [item[name] for name in ("x", "y") if name in item]
    if content.post_type == "photo" and len(places) < 2:
        return 'must have "x" and "y"'
    wrong = [each for each in places if not _is_share(each)]
    if wrong:
        return f'must have "x" and "y" from 0 to 1, not {quote(wrong[0])},'
    photo = item.get("mediaIndex", 0)
    last = max(content.photos - 1, 0)
    if type(photo) is not int or not 0 <= photo <= last:
        return f'must have a "mediaIndex" from 0 to {last}'
    return None


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_unicode(text: str) -> bool:
    """Whether it has no half of a surrogate pair, which JSON can write and nobody can send."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
