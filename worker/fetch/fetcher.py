"""From a stored link to an opened file: from our storage, or through every redirect."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from models import links
from models.own_links import file_id_from_url, is_stored_url
from models.vault import Cipher
from provider.errors import GiveUp, Retry
from provider.http import Http
from storage import ObjectStorage, in_memory_storage
from worker.fetch.limits import Limits
from worker.fetch.pinned import doors
from worker.fetch.source import Source, opened
from worker.fetch.stored import GONE, stored

CONNECT_TIMEOUT = 5.0


class Fetcher:
    """Opens media sources. https and public addresses only, unless `allow_private`.

    `client` is for what goes to the provider; sources are never read through it. `transport`
    makes what they are read through, anew for each file. Callers' own files lie in `storage`.
    """

    def __init__(
        self,
        client: Http,
        vault: Cipher,
        *,
        allow_private: bool,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
        limits: Limits | None = None,
        storage: ObjectStorage | None = None,
    ) -> None:
        self.client = client
        self.limits = limits or Limits()
        self.storage = storage or in_memory_storage()
        self._vault = vault
        self._allow_private = allow_private
        self._transport = transport or doors(allow_private=allow_private)

    @asynccontextmanager
    async def open(
        self, encrypted_url: str, post_type: str, least: int = 0, stored_file_id: str | None = None
    ) -> AsyncIterator[Source]:
        """The file behind a stored link, for a post of this type; a video must last `least` s.

        A link to a caller's own file opens the one that the post was given, `stored_file_id`.
        GiveUp where the link or the file is wrong, Retry where the source fails.
        """
        link = self._vault.decrypt(encrypted_url)
        if is_stored_url(link):
            key = stored_file_id
            if key is None or file_id_from_url(link) != key:
                raise GiveUp(GONE)
            async with stored(self.storage, key, link, post_type, least, self.limits) as source:
                yield source
            return
        async with self._outside(link, post_type, least) as source:
            yield source

    @asynccontextmanager
    async def _outside(self, link: str, post_type: str, least: int) -> AsyncIterator[Source]:
        async with self._reader() as reader:
            for _ in range(self.limits.redirects):
                self._check(link)
                async with _get(reader, link) as answer:
                    if not answer.has_redirect_location:
                        path = httpx.URL(link).path
                        async with opened(answer, path, post_type, least, self.limits) as source:
                            yield source
                        return
                    link = _next(link, answer)
        raise GiveUp(f"the media source redirects more than {self.limits.redirects} times")

    def _reader(self) -> httpx.AsyncClient:
        """A client of one file's own: no cookie and no connection of another one."""
        return httpx.AsyncClient(
            transport=self._transport(),
            trust_env=False,
            timeout=httpx.Timeout(self.limits.stall, connect=CONNECT_TIMEOUT),
        )

    def _check(self, link: str) -> None:
        fault = links.url_problem(link, allow_private=self._allow_private)
        if fault is not None:
            raise GiveUp(f"the media link {fault}")


@asynccontextmanager
async def _get(reader: httpx.AsyncClient, link: str) -> AsyncIterator[httpx.Response]:
    # Identity: the length must be the file's own.
    request = reader.build_request("GET", link, headers={"Accept-Encoding": "identity"})
    try:
        answer = await reader.send(request, stream=True, follow_redirects=False)
    except httpx.TransportError as error:
        raise Retry(f"the media source cannot be reached ({type(error).__name__})") from error
    try:
        yield answer
    finally:
        await answer.aclose()


def _next(link: str, answer: httpx.Response) -> str:
    try:
        return str(httpx.URL(link).join(answer.headers["Location"]))
    except (httpx.InvalidURL, ValueError) as error:
        raise GiveUp("the media source redirects to something that is no link") from error
