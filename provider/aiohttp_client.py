"""The HTTP client: httpx's interface on aiohttp's connections, for a quarter of httpx's CPU time.

The translation of errors matters most. ConnectError and ConnectTimeout mean "never sent", so the
caller may repeat any call after them. They are raised only for a failure to connect: a call that
fails later may have arrived.
"""

import json as js
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol
from urllib.parse import urlencode
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from yarl import URL

from provider.request_stream import RequestStream

# aiohttp's errors, subclasses first. After all but the first two, the call may have been sent.
HTTPX_ERRORS: tuple[tuple[type[Exception], type[httpx.TransportError]], ...] = (
    (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
    (aiohttp.ClientConnectorError, httpx.ConnectError),
    (aiohttp.SocketTimeoutError, httpx.ReadTimeout),
    (aiohttp.ClientOSError, httpx.ReadError),
    (aiohttp.ClientError, httpx.RemoteProtocolError),
    (TimeoutError, httpx.WriteTimeout),
    (OSError, httpx.ReadError),
)
# A URL that is encoded already. A signed URL must not change: the signature is over its text.
ENCODED_URL = re.compile(r"https?://[A-Za-z0-9._:@\[\]-]+(?:[/?][!-~]*)?")
# Headers that aiohttp must not add by itself.
SKIPPED_HEADERS = ("Accept-Encoding", "Content-Type")
HEADERS = {"User-Agent": "slotbeat", "Accept": "*/*"}
Body = bytes | AsyncIterator[bytes] | None


class HttpClient(Protocol):
    """The client of a provider: an AiohttpClient, or an `httpx.AsyncClient`."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,  # noqa: ANN401  (JSON)
        params: dict[str, str] | None = None,
        content: Body = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """The response, with its whole body; httpx.RequestError where there is none."""
        ...

    async def aclose(self) -> None:
        """Close its connections."""
        ...


class AiohttpClient:
    """A connection pool, created at first use, in the event loop that uses it."""

    def __init__(self, timeout: httpx.Timeout) -> None:
        self._timeout = timeout
        self._limits = aiohttp.ClientTimeout(
            total=None, sock_connect=timeout.connect, sock_read=timeout.read
        )
        self._session: aiohttp.ClientSession | None = None
        self._proxies = getproxies()  # once: aiohttp would use two threads for this at every call

    async def request(
        self,
        method: str,
        url: str,
        *,
        json: Any = None,  # noqa: ANN401  (JSON)
        params: dict[str, str] | None = None,
        content: Body = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """See HttpClient. Redirects are not followed, and cookies are not stored."""
        sent_headers = dict(headers or {})
        if json is not None:
            content, sent_headers["Content-Type"] = js.dumps(json).encode(), "application/json"
        if params:
            url += ("&" if "?" in url else "?") + urlencode(params)
        response = await self.open(
            method, url, RequestStream(content, self._timeout), sent_headers, self._limits
        )
        try:
            body = await self._read_body(response)
        except (aiohttp.ClientError, OSError) as error:
            raise to_httpx_error(error) from None
        finally:
            response.release()  # closes the connection if the body was not read to its end
        return httpx.Response(
            response.status,
            headers=list(response.raw_headers),
            content=body,
            extensions={"reason_phrase": (response.reason or "").encode("latin-1", "replace")},
        )

    async def open(
        self,
        method: str,
        url: str,
        stream: RequestStream,
        headers: Mapping[str, str],
        limits: aiohttp.ClientTimeout,
    ) -> aiohttp.ClientResponse:
        """A response whose body the caller must read and release. Raises httpx errors."""
        call = self._get_session().request(
            method,
            _parse_url(url),
            data=stream.payload,
            headers=headers,
            timeout=limits,
            allow_redirects=False,
            proxy=self._proxy(url),
        )
        try:
            return await (stream.watch(call) if stream.is_streamed else call)
        except aiohttp.InvalidURL:  # before the others, because it is also a ClientError
            raise httpx.UnsupportedProtocol("not an address") from None
        except (aiohttp.ClientError, OSError) as error:
            raise stream.error or to_httpx_error(error) from None

    def _proxy(self, url: str) -> str | None:
        if not self._proxies:
            return None
        target = httpx.URL(url)
        proxy = self._proxies.get(target.scheme)
        return None if proxy is None or proxy_bypass(target.host) else proxy

    def _get_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=self._create_connector(),
                headers=HEADERS,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=SKIPPED_HEADERS,
                middlewares=(_never_resend,),
            )
        return self._session

    def _create_connector(self) -> aiohttp.TCPConnector:
        # No limit here: the callers have limits, and with a pool limit, jobs that hold one
        # connection while they wait for a second one would deadlock.
        return aiohttp.TCPConnector(
            limit=0,
            ssl=httpx.create_ssl_context(),
            # The operator named these servers, so their names are the system's to look up.
            resolver=aiohttp.ThreadedResolver(),
        )

    async def _read_body(self, response: aiohttp.ClientResponse) -> bytes:
        return await response.read()

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()


class _ConnectionLost(aiohttp.ClientError):
    """The connection broke after it was established."""


async def _never_resend(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """aiohttp repeats some requests by itself, such as a DELETE. Prevent this: the caller decides
    about repetitions, and records each one in the history."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise _ConnectionLost(type(error).__name__) from None


def _parse_url(url: str) -> URL:
    try:
        parsed = URL(url, encoded=bool(ENCODED_URL.fullmatch(url)))
        if parsed.scheme in ("http", "https") and parsed.host and parsed.port:
            return parsed
    except ValueError:
        pass
    raise httpx.UnsupportedProtocol("not an address")


def to_httpx_error(error: Exception) -> httpx.TransportError:
    """The httpx error for an aiohttp error, without its message, which may contain a signed URL."""
    kind = next(ours for theirs, ours in HTTPX_ERRORS if isinstance(error, theirs))
    return kind(type(error).__name__)
