"""The calls that read lists, page by page."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from provider.errors import GiveUp, NotNow, Retry, RetryAfter
from provider.swonkie import responses
from provider.swonkie.http import DEFAULT_RETRY_AFTER, SwonkieHttp
from provider.swonkie.paging import Item, ListReader, Page, PageRequest

T = TypeVar("T")
# A list of 100 pages takes 200 calls. If every fourth fails, 82 % of such readings end.
READ_TRIES: Final = 5
# A longer wait (s) is not worth the calls that were made already.
MAX_WAIT: Final = DEFAULT_RETRY_AFTER


class ListCalls:
    """Reads the lists of one workspace."""

    def __init__(self, http: SwonkieHttp) -> None:
        self._http = http

    async def read_all(self, path: str) -> list[Item]:
        """The whole list; IncompleteList when it cannot be read to its end."""
        reader, _ = await self.begin(path, {})
        while await self.read_on(reader):
            pass
        return await self.finish(reader)

    async def begin(self, path: str, params: dict[str, str]) -> tuple[ListReader, Page]:
        """A list of which the first page is read, and that page."""
        reader = ListReader(self._http.base, path, params)
        page = await self._get_page(reader.first)
        reader.take(reader.first, page)
        return reader, page

    async def read_on(self, reader: ListReader) -> bool:
        """Read the next page; False where the whole list is read. IncompleteList where it goes on,
        and no way brings something new."""
        requests = reader.next_requests()
        for request in requests:
            try:
                page = await read_patiently(partial(self._get_page, request))
            except GiveUp:  # it does not know this way of paging
                continue
            if reader.take(request, page):
                return True
        if requests:
            raise reader.incomplete("no way of reading on brings the next page")
        return False

    async def finish(self, reader: ListReader) -> list[Item]:
        """All items of the pages that were read, some of them twice."""
        for request in reader.to_reread():
            try:
                reader.merge(await read_patiently(partial(self._get_page, request)))
            except GiveUp as error:
                raise reader.incomplete("a page of it cannot be read again") from error
        return list(reader.items.values())

    async def _get_page(self, request: PageRequest) -> Page:
        body, headers = await self._http.get_with_headers(request.path, dict(request.params))
        name = request.path.partition("?")[0].rpartition("/")[2]  # other lists may stand beside it
        return Page(responses.parse_items(body, name), body, headers)


async def read_patiently(read: Callable[[], Awaitable[T]]) -> T:
    """One of the many calls of a long reading. It is retried, also after a 429 that asks for a
    short wait: otherwise a long list could never be read completely from a provider that often
    fails. Each try of the reading from its start would find a longer list."""
    for _ in range(READ_TRIES - 1):
        try:
            return await read()
        except NotNow:
            raise
        except RetryAfter as error:
            if error.seconds > MAX_WAIT:
                raise
            await asyncio.sleep(error.seconds)
        except Retry:
            pass
    return await read()
