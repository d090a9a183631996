"""Validators of platform fields whose values are JSON: thread posts, and user tags. Pure."""

from collections.abc import Sequence
from typing import Final

from services.post_validation.content import PostContent
from services.post_validation.network_limits import TextLimit
from services.post_validation.validators import Validator, parse_json, quote

THREAD_FORMAT: Final = 'must be a JSON array of texts, or of objects such as {"content": "…"}'
TAGS_FORMAT: Final = 'must be a JSON array such as [{"username": "name", "x": 0.5, "y": 0.5}]'


def thread_items(limits: Sequence[TextLimit], most: int | None = None) -> Validator:
    """The posts that follow the first one, at most `most`, each with a text within the limits."""

    def check(value: str, _content: PostContent) -> str | None:
        items = parse_json(value)
        if not isinstance(items, list) or not items:
            return THREAD_FORMAT
        if most is not None and len(items) > most:
            return f"takes at most {most} items, not {len(items)}"
        problems = (_item_problem(item, number, limits) for number, item in enumerate(items, 1))
        return next(filter(None, problems), None)

    return check


def _item_problem(item: object, number: int, limits: Sequence[TextLimit]) -> str | None:
    text = item.get("content", item.get("text")) if isinstance(item, dict) else item
    if not isinstance(text, str):
        return THREAD_FORMAT
    if not text.strip():
        return f"must have a text in item {number}"
    if not _is_unicode(text):
        return f"must be valid Unicode in item {number}"
    problem = next(filter(None, (limit.problem(text) for limit in limits)), None)
    return None if problem is None else f"takes {problem}, in item {number}"


def user_tags(value: str, content: PostContent) -> str | None:
    """`instagramUserTags`: user names. On photos each also has a position, x and y from 0 to 1,
    measured from the top left corner."""
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
    position = [item[name] for name in ("x", "y") if name in item]
    if content.post_type == "photo" and len(position) < 2:
        return 'must have "x" and "y"'
    invalid = [each for each in position if not _is_fraction(each)]
    if invalid:
        return f'must have "x" and "y" from 0 to 1, not {quote(invalid[0])},'
    photo = item.get("mediaIndex", 0)
    last = max(content.photos - 1, 0)
    if type(photo) is not int or not 0 <= photo <= last:
        return f'must have a "mediaIndex" from 0 to {last}'
    return None


def _is_fraction(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_unicode(text: str) -> bool:
    """Whether the text has no unpaired surrogate: JSON can contain one, but UTF-8 cannot."""
    return not any("\ud800" <= char <= "\udfff" for char in text)
