"""Whether links lead to files: asked beforehand, by a few threads, while other rows are imported.

Only here: who runs a command may reach what this machine reaches, a caller of the API not.
"""

from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from api.errors import ApiError, FieldError
from api.importing.rows import Row
from api.posts.reading import media_links
from models.own_links import is_stored_url

CHECKERS = 16
TIMEOUT = 10.0
# Links that are remembered, so that each is asked once: a picture may stand in many rows.
REMEMBERED = 5_000
NEEDS_GET = (403, 405, 501)  # a host, or a signed link, that knows only GET


@dataclass(frozen=True, slots=True)
class Asked:
    """A link of a row that is being asked."""

    field: str
    link: str
    answer: "Future[str | None]"

    def problem(self) -> FieldError | None:
        """What is wrong with it, once that is known."""
        trouble = self.answer.result()
        if trouble is None:
            return None
        return FieldError(field=self.field, message=f"{_nameable(self.link)} {trouble}")


class Links:
    """Asks links, each once."""

    def __init__(self, client: httpx.Client, pool: ThreadPoolExecutor) -> None:
        self._client = client
        self._pool = pool
        self._known: OrderedDict[str, Future[str | None]] = OrderedDict()

    def ask(self, row: Row, *, allow_private: bool) -> list[Asked]:
        """Begin to ask a row's links elsewhere, unless the row is refused for them anyhow."""
        if row.body is None or row.problems:
            return []
        try:
            wanted = {*media_links(row.body, allow_private=allow_private)}
        except ApiError:
            return []
        return [
            Asked(name, link, self._answer(link))
            for name, link in row.links
            if link in wanted and not is_stored_url(link)
        ]

    def _answer(self, link: str) -> "Future[str | None]":
        found = self._known.get(link)
        if found is None:
            found = self._known[link] = self._pool.submit(_trouble, self._client, link)
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        self._known.move_to_end(link)
        return found


@contextmanager
def links() -> Iterator[Links]:
    """Somebody who asks links; what was not asked yet at the end never is."""
    limits = httpx.Limits(max_connections=CHECKERS, max_keepalive_connections=CHECKERS)
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True, limits=limits) as client:
        pool = ThreadPoolExecutor(CHECKERS)
        try:
            yield Links(client, pool)
        finally:
            pool.shutdown(cancel_futures=True)


def _trouble(client: httpx.Client, link: str) -> str | None:
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


def _nameable(link: str) -> str:
    """A link without what may be a signature."""
    place, mark, _ = link.partition("?")
    return f"{place}?…" if mark else link
