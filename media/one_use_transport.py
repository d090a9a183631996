"""An HTTP transport of httpx whose connections carry one request each.

It reads answers as httpx's own transport does, with h11, but without a pool, and without the layers
that serve other event loops: they took three fifths of the CPU time of a small file.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from typing import Final

import h11
import httpx

# The most bytes of one read, and of the head of an answer.
READ_SIZE: Final = 64 * 1024
MAX_HEAD: Final = 100 * 1024
Received = h11.Event | type[h11.NEED_DATA] | type[h11.PAUSED]


class OneUseTransport(httpx.AsyncBaseTransport):
    """Connects to the address in a request's URL, never to a name. TLS verifies the certificate for
    the name in the extension `sni_hostname`. Raises httpx errors.

    Nothing of the environment counts, and requests share nothing but the trusted certificates.
    """

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """The response, whose body the caller reads and closes."""
        connection = await _connect(request, self._context)
        try:
            await connection.send(request)
            head = await connection.receive_head()
        except BaseException:  # a cancelled request must not leave its connection open
            connection.abort()
            raise
        return httpx.Response(
            head.status_code, headers=head.headers.raw_items(), stream=_Body(connection)
        )


async def _connect(request: httpx.Request, context: ssl.SSLContext) -> "_Connection":
    url, limits = request.url, request.extensions["timeout"]
    is_secure = url.scheme == "https"
    try:
        async with asyncio.timeout(limits["connect"]):
            reader, writer = await asyncio.open_connection(
                url.host,
                url.port or (443 if is_secure else 80),
                limit=READ_SIZE,
                ssl=context if is_secure else None,
                server_hostname=request.extensions.get("sni_hostname") if is_secure else None,
                flags=socket.AI_NUMERICHOST,  # a name was not judged
            )
    except TimeoutError as error:
        raise httpx.ConnectTimeout(type(error).__name__) from None
    except OSError as error:
        raise httpx.ConnectError(type(error).__name__) from None
    return _Connection(reader, writer, limits)


class _Connection:
    """A connection for one request; `limits` are httpx's timeouts (s)."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: dict[str, float | None],
    ) -> None:
        self._reader, self._writer, self._limits = reader, writer, limits
        self._state = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEAD)

    async def send(self, request: httpx.Request) -> None:
        """Send the request with its body."""
        assert isinstance(request.stream, httpx.AsyncByteStream)  # noqa: S101  (of an async client)
        self._write(
            h11.Request(
                method=request.method, target=request.url.raw_path, headers=request.headers.raw
            )
        )
        async for chunk in request.stream:
            if chunk:
                self._write(h11.Data(data=chunk))
                await self._drain()
        self._write(h11.EndOfMessage())
        await self._drain()

    def _write(self, event: h11.Event) -> None:
        try:
            self._writer.write(self._state.send(event) or b"")
        except h11.LocalProtocolError as error:
            raise httpx.LocalProtocolError(type(error).__name__) from None

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(self._limits["write"]):
                await self._writer.drain()
        except TimeoutError as error:
            raise httpx.WriteTimeout(type(error).__name__) from None
        except OSError:
            pass  # an early answer, such as a refusal, can still be read

    async def receive_head(self) -> h11.Response:
        """The head of the answer, after any provisional ones."""
        while isinstance(event := await self.receive(), h11.InformationalResponse):
            pass
        if not isinstance(event, h11.Response):
            raise httpx.RemoteProtocolError("no answer")
        return event

    async def receive(self) -> Received:
        """The next event of the answer."""
        while True:
            event = self._next_event()
            if event is not h11.NEED_DATA:
                return event
            data = await self._read()
            if not data and self._state.their_state is h11.SEND_RESPONSE:
                raise httpx.RemoteProtocolError("no answer")
            self._state.receive_data(data)

    def _next_event(self) -> Received:
        try:
            return self._state.next_event()
        except h11.RemoteProtocolError as error:
            raise httpx.RemoteProtocolError(type(error).__name__) from None

    async def _read(self) -> bytes:
        try:
            async with asyncio.timeout(self._limits["read"]):
                return await self._reader.read(READ_SIZE)
        except TimeoutError as error:
            raise httpx.ReadTimeout(type(error).__name__) from None
        except OSError as error:
            raise httpx.ReadError(type(error).__name__) from None

    def abort(self) -> None:
        """Close the connection at once: the other side has no say in it."""
        self._writer.transport.abort()


class _Body(httpx.AsyncByteStream):
    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while isinstance(event := await self._connection.receive(), h11.Data):
            yield bytes(event.data)

    async def aclose(self) -> None:
        self._connection.abort()
