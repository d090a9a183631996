"""Opens media files by their URL: from our storage, or by HTTP with checked redirects."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from media import urls
from media.name_lookup import NameNotResolved
from media.object_storage import ObjectStorage
from media.open_storage import in_memory_storage
from media.safe_transport import AddressNotPublic, transport_factory
from media.stored_urls import file_id_from_url, is_stored_url
from media.user_agent import user_agent
from models.encryption import Cipher
from provider.aiohttp_client import HttpClient
from provider.errors import GiveUp, Retry
from worker.media_fetch.fetch_limits import FetchLimits
from worker.media_fetch.requirements import FileRequirements
from worker.media_fetch.response import open_response
from worker.media_fetch.source import MediaSource
from worker.media_fetch.stored_source import GONE_REASON, open_stored_file

CONNECT_TIMEOUT = 5.0


class Fetcher:
    """Opens media sources. https and public addresses only, unless `allow_private`.

    `client` is for uploads to the provider and never reads a source. `transport` creates the
    transport to read a source with, a new one for each file. `storage` has callers' own files.
    `contact`: whom a source may ask about us, in the User-Agent.
    """

    def __init__(
        self,
        client: HttpClient,
        cipher: Cipher,
        *,
        allow_private: bool,
        transport: Callable[[], httpx.AsyncBaseTransport] | None = None,
        limits: FetchLimits | None = None,
        storage: ObjectStorage | None = None,
        contact: str | None = None,
    ) -> None:
        self.client = client
        self.limits = limits or FetchLimits()
        self.storage = storage or in_memory_storage()
        self._cipher = cipher
        self._allow_private = allow_private
        self._transport = transport or transport_factory(allow_private=allow_private)
        # Sizes and types are those of the file itself, so no coding is asked for.
        self._headers = {
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": user_agent(contact),
        }

    @asynccontextmanager
    async def open(
        self,
        encrypted_url: str,
        post_type: str,
        min_seconds: int = 0,
        stored_file_id: str | None = None,
        max_photo_bytes: int | None = None,
        *,
        organization_id: str,
    ) -> AsyncIterator[MediaSource]:
        """The file of an encrypted URL, for a post of this type of this organization.

        A video must last at least `min_seconds`. The URL of a caller's own file must name
        `stored_file_id`, the file of this post. With `max_photo_bytes` a photo is measured, and
        made smaller where it has more bytes. GiveUp where the URL or the file is wrong, Retry where
        the source fails.
        """
        required = FileRequirements(organization_id, post_type, min_seconds, max_photo_bytes)
        link = self._cipher.decrypt(encrypted_url)
        if is_stored_url(link):
            key = stored_file_id
            if key is None or file_id_from_url(link) != key:
                raise GiveUp(GONE_REASON)
            async with open_stored_file(self.storage, key, link, required, self.limits) as source:
                yield source
            return
        async with self._open_remote(link, required) as source:
            yield source

    @asynccontextmanager
    async def _open_remote(
        self, link: str, required: FileRequirements
    ) -> AsyncIterator[MediaSource]:
        cookies = httpx.Cookies()
        async with self._transport() as transport:
            for _ in range(self.limits.redirects + 1):
                self._check_url(link)
                request = self._build_request(link, cookies)
                async with _get_response(transport, request) as response:
                    if not response.has_redirect_location:
                        path = request.url.path
                        async with open_response(response, path, required, self.limits) as source:
                            yield source
                        return
                    cookies.extract_cookies(response)
                    link = _redirect_target(request.url, response)
        raise GiveUp(f"the media source redirects more than {self.limits.redirects} times")

    def _build_request(self, link: str, cookies: httpx.Cookies) -> httpx.Request:
        timeout = httpx.Timeout(self.limits.stall, connect=CONNECT_TIMEOUT).as_dict()
        try:
            return httpx.Request(
                "GET", link, headers=self._headers, cookies=cookies, extensions={"timeout": timeout}
            )
        except UnicodeError:
            raise GiveUp("the media source sets a cookie that is no text in ASCII") from None

    def _check_url(self, link: str) -> None:
        problem = urls.url_problem(link, allow_private=self._allow_private)
        if problem is not None:
            raise GiveUp(f"the media link {problem}")


@asynccontextmanager
async def _get_response(
    transport: httpx.AsyncBaseTransport, request: httpx.Request
) -> AsyncIterator[httpx.Response]:
    try:
        response = await transport.handle_async_request(request)
    except AddressNotPublic as error:
        raise GiveUp(str(error)) from error
    except NameNotResolved as error:
        raise Retry(str(error)) from error
    except httpx.TransportError as error:
        raise Retry(f"the media source cannot be reached ({type(error).__name__})") from error
    response.request = request
    try:
        yield response
    finally:
        await response.aclose()


def _redirect_target(url: httpx.URL, response: httpx.Response) -> str:
    try:
        return str(url.join(response.headers["Location"]))
    except (httpx.InvalidURL, ValueError) as error:
        raise GiveUp("the media source redirects to something that is no link") from error
