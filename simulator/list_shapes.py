"""The shapes of lists. The provider's documents do not say how its lists are paged, so it can be
any of these. Pure.

| shape         | the answer                                                      | takes         |
|---------------|-----------------------------------------------------------------|---------------|
| cursor        | `{"data", "nextCursor": text or null}`                          | cursor, limit |
| pagination    | `{"data", "pagination": {"nextCursor"}}`, absent at the end      | cursor        |
| page          | `{"data", "page", "totalPages", "total"}`                       | page          |
| page_zero     | the same; the first page is number 0                            | page          |
| meta          | `{"data", "meta": {"currentPage", "lastPage", "perPage"}}`      | page          |
| has_more      | `{"data", "hasMore"}`                                           | page          |
| offset        | `{"data", "offset", "limit", "hasMore"}`                        | offset, limit |
| total         | `{"data", "total"}`                                             | offset        |
| next_url      | `{"data", "next": signed address or null}`                      | cursor, sig   |
| next_path     | `{"data", "links": {"next": path or absent}}`                   | page          |
| next_cursor   | `{"data", "next": cursor or null}`                              | cursor        |
| link_header   | `[…]`, with a header `Link: <address>; rel="next"`              | page          |
| total_header  | `[…]`, with a header `X-Total-Count`                            | page          |
| bare          | `[…]`, the first page alone; there is no way to the others      |               |
| whole         | `[…]`, all items on one page                                    |               |

A parameter that a shape does not take is refused with 400, as filters are that do not exist.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

DEFAULT_SHAPE: Final = "cursor"
SIGNATURE: Final = "sig"
Items = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ListPage:
    """One page: its items, its place in the list, and the cursor of the next one.

    `number` is the page's, from 0. `address` is the list's own; `filters` are those of the request.
    """

    items: Items
    number: int
    offset: int
    size: int
    count: Callable[[], int]
    next_cursor: str | None
    address: str
    filters: Sequence[tuple[str, str]]
    secret: bytes

    @property
    def total(self) -> int:
        """How many items the list has."""
        return self.count()

    @property
    def pages(self) -> int:
        """How many pages the list has."""
        return -(-self.total // self.size)

    @property
    def is_last(self) -> bool:
        """Whether nothing follows."""
        return self.next_cursor is None

    def link(self, parameter: str, value: object, *, is_signed: bool = False) -> str | None:
        """The address of the next page; None on the last one."""
        query = urlencode([*self.filters, (parameter, str(value))])
        if is_signed:
            query += f"&{SIGNATURE}={sign(query, self.secret)}"
        return None if self.is_last else f"{self.address}?{query}"


def sign(query: str, secret: bytes) -> str:
    """The signature of a next address: a client must send its query as it is."""
    return hmac.new(secret, query.encode(), hashlib.sha256).hexdigest()[:16]


@dataclass(frozen=True)
class ListShape:
    """The parameters that a shape takes, its number of the first page, and its answer."""

    parameters: frozenset[str]
    answer: Callable[[ListPage], tuple[Any, dict[str, str]]]
    first_page: int = 1


def _shape(
    parameters: str, answer: Callable[[ListPage], dict[str, Any]], first_page: int = 1
) -> ListShape:
    return ListShape(
        frozenset(parameters.split()),
        lambda page: ({"data": page.items, **answer(page)}, {}),
        first_page,
    )


def _if_more(page: ListPage, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  (JSON)
    return {} if page.is_last else fields


def _link_header(page: ListPage) -> tuple[Any, dict[str, str]]:
    links = [f'<{page.address}?page=1>; rel="first"']
    if not page.is_last:
        links.insert(0, f'<{page.link("page", page.number + 2)}>; rel="next"')
    return page.items, {"Link": ", ".join(links)}


def _path_of(link: str | None) -> str:
    return "/" + (link or "").split("/", 3)[-1]


SHAPES: Final[Mapping[str, ListShape]] = {
    DEFAULT_SHAPE: _shape("cursor limit", lambda page: {"nextCursor": page.next_cursor}),
    "pagination": _shape(
        "cursor", lambda page: {"pagination": _if_more(page, nextCursor=page.next_cursor)}
    ),
    "page": _shape(
        "page",
        lambda page: {"page": page.number + 1, "totalPages": page.pages, "total": page.total},
    ),
    "page_zero": _shape(
        "page",
        lambda page: {"page": page.number, "totalPages": page.pages, "total": page.total},
        first_page=0,
    ),
    "meta": _shape(
        "page",
        lambda page: {
            "meta": {
                "currentPage": page.number + 1, "lastPage": page.pages, "perPage": page.size,
            }
        },
    ),
    "has_more": _shape("page", lambda page: {"hasMore": not page.is_last}),
    "offset": _shape(
        "offset limit",
        lambda page: {"offset": page.offset, "limit": page.size, "hasMore": not page.is_last},
    ),
    "total": _shape("offset", lambda page: {"total": page.total}),
    "next_url": _shape(
        "cursor sig", lambda page: {"next": page.link("cursor", page.next_cursor, is_signed=True)}
    ),
    "next_path": _shape(
        "page",
        lambda page: {"links": _if_more(page, next=_path_of(page.link("page", page.number + 2)))},
    ),
    "next_cursor": _shape("cursor", lambda page: {"next": page.next_cursor}),
    "link_header": ListShape(frozenset({"page"}), _link_header),
    "total_header": ListShape(
        frozenset({"page"}), lambda page: (page.items, {"X-Total-Count": str(page.total)})
    ),
    "bare": ListShape(frozenset(), lambda page: (page.items, {})),
    "whole": ListShape(frozenset(), lambda page: (page.items, {})),
}  # fmt: skip
WHOLE: Final = "whole"
