"""What one page of a list says about the others. Pure.

Swonkie does not document how its lists are paged, so every common way of saying it is understood:
in the body, in an envelope of it (`meta`, `pagination`, `links`, …) or in headers.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from provider.swonkie.page_fields import Field, page_fields
from provider.swonkie.page_names import (
    COUNT,
    LAST,
    LIMIT,
    MORE,
    NEXT,
    NEXT_LINKS,
    OFFSET,
    PAGE,
    PAGES,
    POSITION_CURSORS,
    TOTAL,
    cursor_parameter,
    is_next,
    normalize_name,
)

NEXT_OFFSET: Final = "nextoffset"
PLACES: Final = ("link", "page", "offset")
WORDS: Final[Mapping[str, bool]] = {"true": True, "false": False}
MORE_WORDS: Final = {**WORDS, "yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class PageSigns:
    """The signs of one page; None or empty where it says nothing.

    `link`: the address of the next page. `cursor`: the parameter and the value for the next page.
    `names_next`: it has a place for the next page, also if that place is empty. `page` and `offset`
    are of this page, with the names of their fields. `count` may mean this page or the whole list.
    """

    link: str | None = None
    cursor: tuple[str, str] | None = None
    names_next: bool = False
    has_more: bool | None = None
    page: tuple[str, int] | None = None
    next_page: int | None = None
    total_pages: int | None = None
    total: int | None = None
    count: int | None = None
    offset: tuple[str, int] | None = None
    next_offset: int | None = None
    limit: int | None = None

    @property
    def says_end(self) -> bool:
        """Whether the page would show that there are more: if it does not, there are none."""
        known = (self.has_more, self.total_pages, self.total)
        return self.names_next or any(value is not None for value in known)


def read_signs(
    body: Any,  # noqa: ANN401  (JSON)
    headers: Mapping[str, str],
    path: str,
    sent: Mapping[str, str] = MappingProxyType({}),
) -> PageSigns:
    """The signs of a page.

    `path`: the list's own, which tells a path from a cursor. `sent`: the parameters of the request;
    a page may repeat its own cursor.
    """
    echoes = {(name, value) for name, value in sent.items() if name in ("cursor", "after")}
    fields = [each for each in page_fields(body, headers) if (each[0], str(each[2])) not in echoes]
    has_more = _has_more(fields)
    nexts = _next_values(fields, path, has_more=has_more)
    places = {name: value for name, value in nexts if name in PLACES}
    return PageSigns(
        link=places.get("link"),
        cursor=next((each for each in nexts if each[0] not in PLACES), None),
        next_page=_number(places.get("page")),
        next_offset=_number(places.get("offset")),
        names_next=any(is_next(name) for name, _, _ in fields),
        has_more=has_more,
        page=_first_number(fields, PAGE),
        total_pages=_largest(fields, PAGES),
        total=_largest(fields, TOTAL),
        count=_largest(fields, COUNT),
        offset=_first_number(fields, OFFSET),
        limit=_largest(fields, LIMIT),
    )


def _next_values(fields: list[Field], path: str, *, has_more: bool | None) -> list[tuple[str, str]]:
    """What the fields say about the next page. The position of the last item is no sign of more
    where the page says that there are no more."""
    ends: Set[str] = POSITION_CURSORS if has_more is False else frozenset()
    nexts = [_next_value(*each, path) for each in fields if each[0] not in ends]
    return [each for each in nexts if each is not None]


def _next_value(name: str, raw: str, value: Any, path: str) -> tuple[str, str] | None:  # noqa: ANN401
    """What a field says about the next page: ("link", address), ("page", number),
    ("offset", number) or (parameter, cursor); None if it names no next page."""
    if isinstance(value, Mapping) and name in NEXT:
        inner = (_next_value(*_inside_next(key), each, path) for key, each in value.items())
        return next((each for each in inner if each is not None), None)
    text = "" if value is None or isinstance(value, bool | list | Mapping) else str(value)
    if not text or not is_next(name):
        return None
    if name in NEXT_LINKS:
        return "link", text
    if name == NEXT_OFFSET:
        return ("offset" if text.isdecimal() else "cursor"), text
    return _classify_next(name, text, path) if name in NEXT else (cursor_parameter(name, raw), text)


def _inside_next(key: Any) -> tuple[str, str]:  # noqa: ANN401
    """The name that a field of a `next` object would have outside of it."""
    name = normalize_name(str(key))
    outside = {"href": "nextlink", "url": "nextlink", "link": "nextlink", "page": "nextpage"}
    return outside.get(name, NEXT_OFFSET if name in OFFSET else name), str(key)


def _classify_next(name: str, text: str, path: str) -> tuple[str, str]:
    """`next` holds an address, a path, the number of a page, or a cursor."""
    is_path = "?" in text or "://" in text or text.startswith("//")
    if is_path or (text.startswith("/") and path.strip("/") in text):
        return "link", text
    if text.isdecimal() and name == "nextpage":
        return "page", text
    return ("pageToken" if name == "nextpage" else "cursor"), text


def _has_more(fields: list[Field]) -> bool | None:
    said = [_more_flag(value) for name, _, value in fields if name in MORE]
    said += [not flag for name, _, value in fields if name in LAST
             and (flag := _flag(value)) is not None]  # fmt: skip
    known = [flag for flag in said if flag is not None]
    return any(known) if known else None


def _flag(value: Any) -> bool | None:  # noqa: ANN401
    return WORDS.get(str(value).strip().lower())


def _more_flag(value: Any) -> bool | None:  # noqa: ANN401
    """Numbers say it too: 1, or how many more. A number of the last page may be that page's."""
    number = _number(value)
    return MORE_WORDS.get(str(value).strip().lower()) if number is None else number > 0


def _first_number(fields: list[Field], names: Set[str]) -> tuple[str, int] | None:
    found = ((raw, _number(value)) for name, raw, value in fields if name in names)
    return next(((raw, number) for raw, number in found if number is not None), None)


def _largest(fields: list[Field], names: Set[str]) -> int | None:
    numbers = [_number(value) for name, _, value in fields if name in names]
    return max((number for number in numbers if number is not None), default=None)


def _number(value: Any) -> int | None:  # noqa: ANN401
    if isinstance(value, bool):
        return None
    if isinstance(value, Mapping):  # such as {"value": 30, "relation": "eq"}
        return _number(value.get("value"))
    if isinstance(value, int):
        return value if value >= 0 else None
    text = str(value).strip()
    return int(text) if isinstance(value, str) and re.fullmatch("[0-9]{1,15}", text) else None
