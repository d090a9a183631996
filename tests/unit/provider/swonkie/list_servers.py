"""Servers of lists as pure functions, strict or careless with parameters, that change meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from provider.errors import IncompleteList
from provider.swonkie.paging import Item, ListReader, Page, PageRequest

BASE, PATH = "https://api.test/v2", "/posts"
FILTER = {"profileIds": "S+/w=="}
# Items, offset, number of the page, and whether more follow → body and headers.
Answer = Callable[["Cut"], tuple[Any, dict[str, str]]]


class RefusedParameter(Exception):
    """The server does not know a parameter."""


@dataclass(frozen=True)
class Cut:
    """One page of a list, as a server cuts it."""

    items: list[Item]
    start: int
    size: int
    total: int
    first: int

    @property
    def has_more(self) -> bool:
        """Whether items follow."""
        return self.start + self.size < self.total

    @property
    def page(self) -> int:
        """The number of the page."""
        return self.start // self.size + self.first

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return -(-self.total // self.size)

    def if_more(self, value: object) -> Any:  # noqa: ANN401
        """The value, or None on the last page."""
        return value if self.has_more else None


@dataclass
class ListServer:
    """A list of items that is paged by one parameter.

    `by_page`: the parameter is the number of a page, of which the first has the number `first`.
    `before_call` may change the items.
    """

    items: list[Item]
    size: int
    parameter: str
    answer: Answer
    by_page: bool = True
    first: int = 1
    is_strict: bool = True
    before_call: Callable[["ListServer"], None] = lambda _server: None
    calls: list[PageRequest] = field(default_factory=list)

    def get(self, request: PageRequest) -> Page:
        """One page; RefusedParameter for a parameter that a strict server does not know."""
        self.before_call(self)
        self.calls.append(request)
        path, _, query = request.path.partition("?")
        sent = {**dict(request.params), **dict(parse_qsl(query))}
        if self.is_strict and sent.keys() - {self.parameter, *FILTER}:
            raise RefusedParameter
        assert path == PATH
        value = int(sent.get(self.parameter, self.first if self.by_page else 0))
        start = (value - self.first) * self.size if self.by_page else value
        items = self.items[max(start, 0) : max(start, 0) + self.size]
        body, headers = self.answer(Cut(items, start, self.size, len(self.items), self.first))
        return Page(items, body, headers)


def read_list(server: ListServer, params: Mapping[str, str] = FILTER) -> dict[str, Item]:
    """The items, as the client reads them; IncompleteList where it cannot."""
    reader = ListReader(BASE, PATH, params)
    reader.take(reader.first, server.get(reader.first))
    while requests := reader.next_requests():
        if not any(_take(server, reader, request) for request in requests):
            raise reader.incomplete("no way")
    for request in reader.to_reread():
        reader.merge(server.get(request))
    return reader.items


def _take(server: ListServer, reader: ListReader, request: PageRequest) -> bool:
    try:
        return reader.take(request, server.get(request))
    except RefusedParameter:
        return False


def items_of(count: int) -> list[Item]:
    """So many items."""
    return [{"id": str(number)} for number in range(count)]


def is_incomplete(server: ListServer) -> bool:
    """Whether the reading says that the list may not be whole."""
    try:
        read_list(server)
    except IncompleteList:
        return True
    return False
