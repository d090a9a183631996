"""Whether links lead to files: asked beforehand, by a few threads, while other rows are imported.

Only here: who runs a command may reach what this machine reaches, a caller of the API not.
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
# Links that are remembered, so that each is asked once: a picture may stand in many rows.
CACHE_SIZE = 5_000
NEEDS_GET = (403, 405, 501)  # a host, or a signed link, that knows only GET


@dataclass(frozen=True, slots=True)
class PendingCheck:
    """A link of a row that is being asked."""

    field: str
    link: str
    future: "Future[str | None]"

    def problem(self) -> FieldError | None:
        """What is wrong with it, once that is known."""
        reason = self.future.result()
        if reason is None:
            return None
        return FieldError(field=self.field, message=f"{_redact_query(self.link)} {reason}")


class LinkChecker:
    """Asks links, each once."""

    def __init__(self, client: httpx.Client, pool: ThreadPoolExecutor) -> None:
        self._client = client
        self._pool = pool
        self._cache: OrderedDict[str, Future[str | None]] = OrderedDict()

    def start_checks(self, row: Row, *, allow_private: bool) -> list[PendingCheck]:
        """Begin to ask a row's links elsewhere, unless the row is refused for them anyhow."""
        if row.body is None or row.problems:
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
        found = self._cache.get(link)
        if found is None:
            found = self._cache[link] = self._pool.submit(_check_link, self._client, link)
            if len(self._cache) > CACHE_SIZE:
                self._cache.popitem(last=False)
        self._cache.move_to_end(link)
        return found


@contextmanager
def open_link_checker() -> Iterator[LinkChecker]:
    """Somebody who asks links; what was not asked yet at the end never is."""
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
    """What is wrong with a link; None when it leads to a file."""
    try:
        status = client.head(link).status_code
        if status in NEEDS_GET:
            # Only the head of the answer: a host may ignore the range, and send it all.
            with client.stream("GET", link, headers={"Range": "bytes=0-0"}) as answer:
                status = answer.status_code
    # ValueError, OverflowError: what the standard library says of hosts and ports that cannot be.
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OverflowError) as error:
        return f"cannot be reached ({type(error).__name__})"
    return None if httpx.codes.is_success(status) else f"answers {status}; it must lead to the file"


def _redact_query(link: str) -> str:
    """A link without what may be a signature."""
    address, separator, _ = link.partition("?")
    return f"{address}?…" if separator else link
