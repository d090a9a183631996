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
from services.calendar_import.rows import Row
from services.errors import FieldError, ServiceError
from services.posts.publish_request import checked_links

CHECKER_THREADS = 16
TIMEOUT = 10.0
# Checks that are remembered, so that each link is requested once: many rows may share a link.
CACHE_SIZE = 5_000
NEEDS_GET = (403, 405, 501)  # the host, or the signed link, may allow only GET


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
def open_link_checker() -> Iterator[LinkChecker]:
    """A link checker; checks that have not started when the block ends are cancelled."""
    limits = httpx.Limits(
        max_connections=CHECKER_THREADS, max_keepalive_connections=CHECKER_THREADS
    )
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True, limits=limits) as client:
        pool = ThreadPoolExecutor(CHECKER_THREADS)
        try:
            yield LinkChecker(client, pool)
        finally:
            pool.shutdown(cancel_futures=True)


def _check_link(client: httpx.Client, link: str) -> str | None:
    """What is wrong with a link; None if it leads to a file."""
    try:
        status = client.head(link).status_code
        if status in NEEDS_GET:
            # Read the status and headers only: a host may ignore the range and send the whole file.
            with client.stream("GET", link, headers={"Range": "bytes=0-0"}) as answer:
                status = answer.status_code
    # The standard library raises ValueError and OverflowError for impossible hosts and ports.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OverflowError) as error:
        return f"cannot be reached ({type(error).__name__})"
    return None if httpx.codes.is_success(status) else f"answers {status}; it must lead to the file"


def _redact_query(link: str) -> str:
    """The link without its query, which may be a signature."""
    address, separator, _ = link.partition("?")
    return f"{address}?…" if separator else link
