"""Names of tags and categories → their ids at the site.

A tag that is not there is made: every user who writes posts may do that, and making it twice is
harmless. A category must be there: it is a part of the site's order, and of its menus.
"""

import html
import json
from typing import Any, Final

from provider.errors import GiveUp, Reconnect, Retry
from provider.wordpress.answers import Answer, to_provider_error
from provider.wordpress.carried_fields import CATEGORIES, TAGS
from provider.wordpress.http import WordPressHttp

TAG_EXISTS: Final = "term_exists"
MAX_PAGES: Final = 50


async def tag_ids(http: WordPressHttp, fields: dict[str, str]) -> list[int]:
    """The ids of `wordpressTags`."""
    return [await _tag_id(http, name) for name in parse_names(fields.get(TAGS, ""), TAGS)]


async def category_ids(http: WordPressHttp, fields: dict[str, str]) -> list[int]:
    """The ids of `wordpressCategories`. GiveUp where the site has no such category."""
    names = parse_names(fields.get(CATEGORIES, ""), CATEGORIES)
    if not names:
        return []
    known = await _read_categories(http)
    missing = [name for name in names if _fold(name) not in known]
    if missing:
        raise GiveUp(
            f"the site has no category {missing[0]!r}; make it in WordPress, or change {CATEGORIES}"
        )
    return list(dict.fromkeys(known[_fold(name)] for name in names))


def parse_names(value: str, field: str) -> list[str]:
    """The names of a field, which are separated by commas, or are a JSON array of texts."""
    items: Any = value.split(",")
    if value.strip().startswith("["):
        try:
            items = json.loads(value)
        except (ValueError, RecursionError):
            items = None
    if not isinstance(items, list) or not all(isinstance(each, str) for each in items):
        raise GiveUp(f"{field} is no list of names")
    return list(dict.fromkeys(each.strip() for each in items if each.strip()))


async def _tag_id(http: WordPressHttp, name: str) -> int:
    answer = await http.ask("POST", "/wp/v2/tags", json={"name": name})
    found = _id_of(answer)
    if found is not None:
        return found
    error = to_provider_error(answer, repeatable=True)
    if isinstance(error, Reconnect) and answer.status == 403:  # about tags alone, not about posts
        raise GiveUp(f"the WordPress user may not make the tag {name!r}", answer.status)
    raise error if not answer.is_success else Retry("WordPress answered without a tag's id")


def _id_of(answer: Answer) -> int | None:
    body = answer.body if isinstance(answer.body, dict) else {}
    data, found = body.get("data"), None
    if answer.is_success:
        found = body.get("id")
    elif answer.code == TAG_EXISTS and isinstance(data, dict):
        found = data.get("term_id")
    # The id comes as a number, or as its digits.
    return int(str(found)) if str(found).isdecimal() else None


async def _read_categories(http: WordPressHttp) -> dict[str, int]:
    """All categories of the site, by name and by slug; a name goes before another one's slug, and
    of two with one name the older one."""
    items: list[dict[str, Any]] = []
    for page in range(1, MAX_PAGES + 1):
        params = {"per_page": "100", "page": str(page), "_fields": "id,name,slug"}
        answer = await http.call("GET", "/wp/v2/categories", params=params)
        if not isinstance(answer.body, list):
            raise Retry("WordPress answered without a list of categories", answer.status)
        items += [each for each in answer.body if isinstance(each, dict)]
        if page >= (answer.pages or 1):
            break
    items.sort(key=lambda each: -int(each["id"]))
    by_slug = {_fold(str(each.get("slug"))): int(each["id"]) for each in items}
    return by_slug | {_fold(str(each.get("name"))): int(each["id"]) for each in items}


def _fold(name: str) -> str:
    return html.unescape(name).strip().casefold()
