"""httpx's streaming over a `Client`'s connections: for files that are read as they come."""

from collections.abc import AsyncIterator

import aiohttp
import httpx

from provider.http import Client, translated
from provider.sending import Sending

NOTHING = Sending(None, httpx.Timeout(None))


class Transport(httpx.AsyncBaseTransport):
    """A transport for requests without a body."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, with its body still to come."""
        waits = request.extensions.get("timeout", {})
        limits = aiohttp.ClientTimeout(
            total=None, sock_connect=waits.get("connect"), sock_read=waits.get("read")
        )
        name = request.extensions.get("sni_hostname")
        url, said = str(request.url), request.headers
        answer = await self._client.open(request.method, url, NOTHING, said, limits, name)
        headers = list(answer.raw_headers)
        return httpx.Response(answer.status, headers=headers, stream=_Answer(answer))

    async def aclose(self) -> None:
        """Close the client's connections."""
        await self._client.aclose()


class _Answer(httpx.AsyncByteStream):
    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._answer.content.iter_any():
                yield chunk
        except (aiohttp.ClientError, OSError) as error:
            raise translated(error) from None

    async def aclose(self) -> None:
        self._answer.release()
