"""Checks over HTTP that links lead to files, a few at once, while other rows are imported.

A file of rows may come from a client: every address and redirect is judged as a worker judges it,
so no link reaches what this machine can reach.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal

from media import urls
from media.name_lookup import NameNotResolved
from media.safe_transport import AddressNotPublic, resolve, transport_factory
from media.stored_urls import is_stored_url
from media.user_agent import user_agent
from services.calendar_import.rows import Row
from services.errors import FieldError, ServiceError
from services.post_validation.thread_items import checked_thread_links
from services.posts.publish_request import checked_links

CHECKS_AT_ONCE = 16
# Seconds, for one answer and for a whole check.
TIMEOUT = 10.0
DEADLINE = 30.0
# Checks that are remembered, so that each link is requested once: many rows may share a link.
CACHE_SIZE = 5_000
BUSY = 429


@dataclass(frozen=True, slots=True)
class PendingCheck:
    """A link of a row that is being checked."""

    field: str
    link: str
    future: "Future[str | None]"

    def problem(self) -> FieldError | None:
        """Wait for the check; what is wrong with the link, or None."""
        reason = self.future.result()
        if reason is None:
            return None
        return FieldError(field=self.field, message=f"{_redact_query(self.link)} {reason}")


class _LinkRefused(Exception):
    """No worker would open the link, or what it redirects to."""


class LinkChecker:
    """Checks links, each once, in the portal's event loop."""

    def __init__(self, client: httpx.AsyncClient, portal: BlockingPortal) -> None:
        self._client, self._portal = client, portal
        self._turns = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._cache: OrderedDict[str, Future[str | None]] = OrderedDict()

    def start_checks(self, row: Row, *, allow_private: bool) -> list[PendingCheck]:
        """Start to check a row's external links, unless the row is refused for them anyway."""
        if row.body is None:
            return []
        try:
            wanted = {
                *checked_links(row.body, allow_private=allow_private),
                *checked_thread_links(row.body.thread, allow_private=allow_private),
            }
        except ServiceError:
            return []
        return [
            PendingCheck(name, link, self._check_once(link))
            for name, link in row.links
            if link in wanted and not is_stored_url(link)
        ]

    def _check_once(self, link: str) -> "Future[str | None]":
        future = self._cache.get(link)
        if future is None:
            future = self._cache[link] = self._portal.start_task_soon(self._check, link)
            if len(self._cache) > CACHE_SIZE:
                self._cache.popitem(last=False)
        self._cache.move_to_end(link)
        return future

    async def _check(self, link: str) -> str | None:
        async with self._turns:
            return await _check_link(self._client, link)


@contextmanager
def open_link_checker(
    contact: str | None = None, *, allow_private: bool = False
) -> Iterator[LinkChecker]:
    """A link checker; checks that have not ended when the block ends are cancelled.

    `contact`: whom a host may ask about us, in the User-Agent. `allow_private`: links may lead to
    private addresses, and be http.
    """
    with start_blocking_portal() as portal:
        client = _create_client(contact, allow_private=allow_private)
        try:
            yield LinkChecker(client, portal)
        finally:
            portal.call(client.aclose)
            portal.call(resolve.aclose)
            portal.call(portal.stop, True)


def _create_client(contact: str | None, *, allow_private: bool) -> httpx.AsyncClient:
    async def judge(request: httpx.Request) -> None:
        problem = urls.url_problem(str(request.url), allow_private=allow_private)
        if problem is not None:
            raise _LinkRefused(problem)

    return httpx.AsyncClient(
        transport=transport_factory(allow_private=allow_private)(),
        timeout=TIMEOUT,
        follow_redirects=True,
        headers={"User-Agent": user_agent(contact)},
        event_hooks={"request": [judge]},
    )


async def _check_link(client: httpx.AsyncClient, link: str) -> str | None:
    """What is wrong with a link; None if it leads to a file."""
    try:
        async with asyncio.timeout(DEADLINE):
            status = await _final_status(client, link)
    except AddressNotPublic:
        return "leads to a private address; it must lead to a public one"
    except _LinkRefused as error:
        return f"redirects to a link that {error}"
    except NameNotResolved:
        return "cannot be reached (its host's name cannot be resolved)"
    # The standard library raises ValueError and OverflowError for impossible hosts and ports.
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError, OverflowError) as error:
        return f"cannot be reached ({type(error).__name__})"
    return _status_problem(status)


def _status_problem(status: int) -> str | None:
    if httpx.codes.is_success(status):
        return None
    is_busy = status == BUSY or httpx.codes.is_server_error(status)
    advice = (
        "its host is busy or broken; try again later" if is_busy else "it must lead to the file"
    )
    return f"answers {status}; {advice}"


async def _final_status(client: httpx.AsyncClient, link: str) -> int:
    status = await _head_status(client, link)
    if httpx.codes.is_success(status) or status == BUSY:
        return status
    # Read the status and headers only: a host may ignore the range and send the whole file.
    async with client.stream("GET", link, headers={"Range": "bytes=0-0"}) as answer:
        return answer.status_code


async def _head_status(client: httpx.AsyncClient, link: str) -> int:
    """The status of HEAD; 0 without an answer. Only GET decides whether there is a file: a host, or
    a signed link, may allow nothing else, and say so by any status, or not at all."""
    try:
        return (await client.head(link)).status_code
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout):
        return 0


def _redact_query(link: str) -> str:
    """The link without its query, which may be a signature."""
    address, separator, _ = link.partition("?")
    return f"{address}?…" if separator else link
