"""The fields of a page that may say how its list goes on. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx

from provider.swonkie.page_names import is_container, normalize_name, usual_name

PAGE_RELATIONS: Final = frozenset({"next", "prev", "previous", "first", "last"})
CONTENT_RANGE: Final = re.compile(
    r"[^/0-9]*(?:(?P<first>\d{1,15})\s*-\s*(?P<last>\d{1,15})|\*)\s*/\s*(?P<total>\d{1,15}|\*)\s*"
)
# Of the framework Next.js, which say nothing of a next page.
FRAMEWORK_HEADERS: Final = "xnextjs"

Field = tuple[str, str, Any]  # the name as it is compared, as it is written, and the value


def page_fields(body: Any, headers: Mapping[str, str]) -> list[Field]:  # noqa: ANN401  (JSON)
    """All fields of a page's body, its envelopes and its headers; never those of its items."""
    return [*_body_fields(body), *_header_fields(headers)]


def _body_fields(value: Any, depth: int = 3) -> Iterator[Field]:  # noqa: ANN401
    """The fields of a body and of its envelopes; never those of the items."""
    if not isinstance(value, Mapping):
        return
    for raw, inner in value.items():
        name = normalize_name(str(raw))
        if isinstance(inner, Mapping) and is_container(name):
            yield from _body_fields(inner, depth - 1) if depth else ()
        elif name == "links" and isinstance(inner, list):
            yield from _link_list_fields(inner)
        elif name in ("remaining", "itemsremaining", "remainingitems"):
            yield "hasmore", str(raw), str(inner) not in ("0", "None")
        elif name == "range" and (found := CONTENT_RANGE.fullmatch(str(inner))):
            yield from _range_fields(str(raw), **found.groupdict())
        else:
            yield usual_name(name, inner), str(raw), inner


def _link_list_fields(links: list[Any]) -> Iterator[Field]:
    """`links: [{"rel": "next", "href": …}, …]`"""
    yield "nextlink", "links", None  # such a list would name the next page
    for link in links:
        if isinstance(link, Mapping) and str(link.get("rel", "")).lower() == "next":
            yield "nextlink", "links", link.get("href") or link.get("url")


def _header_fields(headers: Mapping[str, str]) -> Iterator[Field]:
    for raw, value in headers.items():
        name = normalize_name(raw)
        if name == "link":
            yield from _link_header_fields(value)
        elif name in ("xpagination", "pagination") and value.startswith("{"):
            yield from _body_fields(_parse_json(value))
        elif name == "contentrange" and (found := CONTENT_RANGE.fullmatch(value)):
            yield from _range_fields(raw, **found.groupdict())
        elif not name.startswith(FRAMEWORK_HEADERS):
            plain = re.sub("^x?(wp|pagination)?", "", name)
            # X-Page and the like have no standard parameter but the plain name.
            yield usual_name(plain, value), plain, value


def _range_fields(raw: str, first: str | None, last: str | None, total: str) -> Iterator[Field]:
    """`0-6/30`, or `0-6/*` where the server has not counted: the page may be full then."""
    if total != "*":
        yield "total", raw, total
    elif first is not None and last is not None:
        yield "limit", raw, int(last) - int(first) + 1


def _link_header_fields(value: str) -> Iterator[Field]:
    """The address with `rel="next"`. On the last page, the others of a list show that it ends."""
    links = httpx.Response(200, headers={"Link": value}).links
    addresses = {each: link.get("url") for rel, link in links.items() if rel is not None
                 for each in rel.lower().split()}  # fmt: skip
    if not PAGE_RELATIONS.isdisjoint(addresses):
        yield "nextlink", "Link", addresses.get("next")


def _parse_json(value: str) -> Any:  # noqa: ANN401  (JSON)
    try:
        return json.loads(value)
    except ValueError:
        return None
