"""Checks over HTTP that links lead to files, in a few threads, while other rows are imported.

The API does not do this: its callers must not reach what this machine can reach.
"""

from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from media.stored_urls import is_stored_url
from media.user_agent import user_agent
from services.calendar_import.rows import Row
from services.errors import FieldError, ServiceError
from services.posts.publish_request import checked_links

CHECKER_THREADS = 16
TIMEOUT = 10.0
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


class LinkChecker:
    """Checks links, each once."""

    def __init__(self, client: httpx.Client, pool: ThreadPoolExecutor) -> None:
        self._client = client
        self._pool = pool
        self._cache: OrderedDict[str, Future[str | None]] = OrderedDict()

    def start_checks(self, row: Row, *, allow_private: bool) -> list[PendingCheck]:
        """Start to check a row's external links, unless the row is refused for them anyway."""
        if row.body is None:
            return []
        try:
            wanted = {*checked_links(row.body, allow_private=allow_private)}
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
            future = self._cache[link] = self._pool.submit(_check_link, self._client, link)
            if len(self._cache) > CACHE_SIZE:
                self._cache.popitem(last=False)
        self._cache.move_to_end(link)
        return future


@contextmanager
def open_link_checker(contact: str | None = None) -> Iterator[LinkChecker]:
    """A link checker; checks that have not started when the block ends are cancelled.

    `contact`: whom a host may ask about us, in the User-Agent.
    """
    limits = httpx.Limits(
        max_connections=CHECKER_THREADS, max_keepalive_connections=CHECKER_THREADS
    )
    headers = {"User-Agent": user_agent(contact)}
    with httpx.Client(
        timeout=TIMEOUT, follow_redirects=True, limits=limits, headers=headers
    ) as client:
        pool = ThreadPoolExecutor(CHECKER_THREADS)
        try:
            yield LinkChecker(client, pool)
        finally:
            pool.shutdown(cancel_futures=True)


def _check_link(client: httpx.Client, link: str) -> str | None:
    """What is wrong with a link; None if it leads to a file."""
    try:
        status = _head_status(client, link)
        if not httpx.codes.is_success(status) and status != BUSY:
            # Read the status and headers only: a host may ignore the range and send the whole file.
            with client.stream("GET", link, headers={"Range": "bytes=0-0"}) as answer:
                status = answer.status_code
    # The standard library raises ValueError and OverflowError for impossible hosts and ports.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OverflowError) as error:
        return f"cannot be reached ({type(error).__name__})"
    if httpx.codes.is_success(status):
        return None
    is_busy = status == BUSY or httpx.codes.is_server_error(status)
    advice = (
        "its host is busy or broken; try again later" if is_busy else "it must lead to the file"
    )
    return f"answers {status}; {advice}"


def _head_status(client: httpx.Client, link: str) -> int:
    """The status of HEAD; 0 without an answer. Only GET decides whether there is a file: a host, or
    a signed link, may allow nothing else, and say so by any status, or not at all."""
    try:
        return client.head(link).status_code
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.ReadTimeout):
        return 0


def _redact_query(link: str) -> str:
    """The link without its query, which may be a signature."""
    address, separator, _ = link.partition("?")
    return f"{address}?…" if separator else link
