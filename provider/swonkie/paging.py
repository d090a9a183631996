"""Reads a whole list, however it is paged, or says that it cannot. Pure: the client calls.

"It is not in the list" is a fact only about a whole list. So a list ends only where it says so, or
where its only page is plainly not full. A list that may go on is read on in the way that its pages
name, or by `offset` or `page`. A way counts only if its page brings something new: a provider that
does not know a parameter refuses it, or answers the first page again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from provider.errors import IncompleteList
from provider.swonkie.page_signs import PageSigns, read_signs

MAX_PAGES: Final = 200
# Nobody pages by fewer. From here on, round numbers of items look like a full page.
MIN_FULL_PAGE: Final = 10
FULL_PAGES: Final = frozenset({12, 16, 18, 24, 32, 36, 48, 64, 72, 96, 128, 256, 512})
# Ways that count pages or items; a provider may count in another way than we do.
NUMBERED: Final = ("page", "offset")
PORTS: Final = {"http": 80, "https": 443}
# A server behind a proxy may not know that it is reached by https.
BEHIND_PROXY: Final = ("https", "http")
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A GET of one page. `form` names the way of paging, such as "offset" or "next".

    `is_named`: the page before it names exactly this request; otherwise it is a common guess.
    """

    form: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    is_named: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Page:
    """The answer: its items, its JSON and its headers."""

    items: list[Item]
    body: Any
    headers: Mapping[str, str]


@dataclass(slots=True)
class ListReader:
    """One reading of one list. Take the `first` page, then those of `next_requests`.

    `base`: the provider's own address; no request leaves it.
    """

    base: str
    path: str
    params: Mapping[str, str]
    items: dict[str, Item] = field(default_factory=dict)
    # Those of the page that was read last.
    last_items: list[Item] = field(default_factory=list)
    _taken: list[PageRequest] = field(default_factory=list)
    _form: str | None = None
    _signs: PageSigns = field(default_factory=PageSigns)
    _sizes: list[int] = field(default_factory=list)
    _total: int | None = None
    _marks_end: bool = False

    @property
    def first(self) -> PageRequest:
        """The request of the first page."""
        return PageRequest("first", self.path, tuple(self.params.items()))

    def take(self, request: PageRequest, page: Page) -> bool:
        """Add a page; False, and nothing is added, if it brings nothing new."""
        if self._taken and not self._is_news(request, page):
            return False
        if self._taken:
            self._form = request.form
        self._taken.append(request)
        self._sizes.append(len(page.items))
        self.last_items = page.items
        self.merge(page)
        self._read(request, page)
        return True

    def _is_news(self, request: PageRequest, page: Page) -> bool:
        new = sum(str(item["id"]) not in self.items for item in page.items)
        if self._form is not None:
            return new > 0 or not page.items
        if not page.items:  # a guess that contradicts the page before it is wrong
            return request.is_named or not self._says_more()
        # The first page again, with a few items that were made meanwhile, is nothing new.
        return 2 * new >= len(page.items)

    def merge(self, page: Page) -> None:
        """Add the items of a page that is read again."""
        self.items.update({str(item["id"]): item for item in page.items})

    def _read(self, request: PageRequest, page: Page) -> None:
        self._signs = read_signs(page.body, page.headers, self.path, dict(request.params))
        self._marks_end = self._marks_end or self._signs.says_end
        # Items that are made while the list is read are not wanted, and deleted ones are not there.
        totals = [total for total in (self._total, self._signs.total) if total]
        self._total = min(totals, default=None)

    def next_requests(self) -> tuple[PageRequest, ...]:
        """The ways to the next page, the likeliest first; empty when the whole list is read.

        Raises IncompleteList when it goes on, or may go on, and there is no way.
        """
        if not self._may_go_on():
            return ()
        if len(self._taken) >= MAX_PAGES:
            raise self.incomplete(f"it has more than {MAX_PAGES} pages")
        ways = tuple(way for way in self._ways() if way not in self._taken and self._fits(way))
        if not ways:
            raise self.incomplete("it does not say how to read on")
        return ways

    def _fits(self, way: PageRequest) -> bool:
        """One list is read in one way: another one might leave a gap. After addresses, a cursor is
        exact too: the last page of some lists has one, and no address any more."""
        is_exact = self._form == "next" and way.is_named and way.form not in NUMBERED
        return self._form in (None, way.form) or is_exact

    def incomplete(self, reason: str) -> IncompleteList:
        """The error for a list that cannot be read to its end."""
        text = f"Swonkie's list may go on after {len(self.items)} items, and {reason}"
        return IncompleteList(text, list(self.items.values()))

    @property
    def pages(self) -> int:
        """How many pages were read."""
        return len(self._taken)

    def to_reread(self) -> tuple[PageRequest, ...]:
        """Pages to read once more at the end, the last first: a deletion meanwhile may have moved
        an unread item to a page that was read already. A cursor may be such a position, too."""
        return tuple(reversed(self._taken[:-1]))

    def _may_go_on(self) -> bool:
        size = self._sizes[-1]
        if self._says_more() or self._marks_end:
            return self._says_more()
        if len(self._sizes) > 1:  # read on without a sign: until a page is smaller
            return size > 0 and size >= self._sizes[0]
        return looks_full(size, self._signs.limit)

    def _says_more(self) -> bool:
        """Whether the last page says in any way that there are more."""
        signs, known = self._signs, len(self.items)
        counts = (self._total or 0, signs.count or 0)
        names_page = signs.link or signs.cursor or signs.next_page or signs.next_offset
        is_counted = max(counts) > known or (signs.total_pages or 0) > len(self._taken)
        return bool(names_page or signs.has_more or is_counted)

    def _ways(self) -> Iterator[PageRequest]:
        signs = self._signs
        if signs.link is not None:
            yield self._by_link(signs.link)
            return
        if signs.cursor is not None:
            yield from self._by_cursor(*signs.cursor)
            return
        named = (("page", signs.next_page), ("offset", signs.next_offset))
        yield from (self._with(name, n, is_named=True) for name, n in named if n)
        if signs.page is not None or signs.total_pages is not None:
            yield from (*self._by_page(), *self._by_offset())
        else:
            yield from (*self._by_offset(), *self._by_page())

    def _with(self, parameter: str, value: object, *, is_named: bool = False) -> PageRequest:
        params = {**self.params, parameter: str(value)}
        return PageRequest(parameter, self.path, tuple(params.items()), is_named)

    def _by_cursor(self, parameter: str, cursor: str) -> Iterator[PageRequest]:
        yield self._with(parameter, cursor, is_named=True)
        numbers = ("page", "offset") if cursor.isdecimal() else ()
        for name in ("cursor", "after", "pageToken", "next", *numbers):
            if name != parameter:
                yield self._with(name, cursor)

    def _by_offset(self) -> Iterator[PageRequest]:
        if self._signs.offset is not None:
            name, start = self._signs.offset
            yield self._with(name, start + self._sizes[-1])
            return
        # Items that are counted twice only make the pages overlap.
        for name in ("offset", "skip"):
            yield self._with(name, len(self.items))

    def _by_page(self) -> Iterator[PageRequest]:
        asked = [int(value) for request in self._taken for name, value in request.params
                 if name == self._form and value.isdecimal()]  # fmt: skip
        if self._signs.page is not None:
            name, page = self._signs.page
            for parameter in dict.fromkeys(("page", name)):
                yield self._with(parameter, max([page, *asked]) + 1)
        elif asked:
            yield self._with("page", max(asked) + 1)
        else:  # the first page is number 0 or 1: page 1 is new, or the first again
            yield from (self._with("page", 1), self._with("page", 2))

    def _by_link(self, link: str) -> PageRequest:
        """The address of the next page, if it is beneath the provider's own address."""
        url = own_path(link, self.base, self.path)
        if url is None:
            raise self.incomplete("its next page is not at the provider's own address")
        return PageRequest("next", url, is_named=True)


def looks_full(size: int, limit: int | None) -> bool:
    """Whether a page that says nothing of others may be cut: it has as many items as it says that
    fit, or a number of items that people choose for pages."""
    if limit:
        return size >= limit
    return size >= MIN_FULL_PAGE and (size % 5 == 0 or size in FULL_PAGES)


def own_path(link: str, base: str, path: str) -> str | None:
    """The path and query of a next page below `base`, unchanged, because it may be signed; None if
    it leads elsewhere: our credentials go with every request."""
    own = urlsplit(base)
    try:
        found = urlsplit(urljoin(f"{base}{path}", link))
        is_own_port = found.port in (None, own.port or PORTS.get(own.scheme))
    except ValueError:
        return None
    is_own_scheme = (own.scheme, found.scheme) in (*((each, each) for each in PORTS), BEHIND_PROXY)
    is_own_host = found.hostname == own.hostname and is_own_port and found.username is None
    rest = found.path.removeprefix(own.path)
    if not (is_own_scheme and is_own_host and rest.rstrip("/") == path):  # this list, nothing else
        return None
    return f"{rest}?{found.query}" if found.query else rest
