"""A request's body on its way to the route: bounded in size and time."""

import asyncio
import contextlib
import time

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from api.middleware.body_pace import BodyPace

# After a refusal at most this much of the rest is read. A caller that is still sending would
# otherwise get a connection error instead of the answer. Then the connection is closed.
DRAIN_BYTES = 16 << 20
DRAIN_SECONDS = 2.0
CLOSE = {"Connection": "close"}


class BodyTooLarge(HTTPException):
    """A body over its limit."""

    def __init__(self, limit: int) -> None:
        super().__init__(413, f"the body is larger than {limit} bytes", CLOSE)


class BodyTooSlow(HTTPException):
    """A body that did not come in time."""

    def __init__(self, pace: BodyPace) -> None:
        super().__init__(408, pace.sentence, CLOSE)


class LimitedBody:
    """Counts the bytes of a body and the time that they take, and ends the response properly after
    a refusal."""

    def __init__(self, receive: Receive, send: Send, limit: int, pace: BodyPace) -> None:
        self._receive = receive
        self._send = send
        self._limit = limit
        self._pace = pace
        self._size = 0
        self._waited = 0.0
        self._is_whole = self._is_refused = False

    def check_length(self, scope: Scope) -> None:
        """BodyTooLarge where the Content-Length is over the limit."""
        length = Headers(scope=scope).get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > self._limit:
            self.leave_unread()
            raise BodyTooLarge(self._limit)

    async def receive(self) -> Message:
        """The next message; BodyTooLarge or BodyTooSlow where the body is over a limit."""
        if self._is_whole:
            return await self._receive()  # only a disconnect can follow
        message = await self._receive_in_time()
        self._size += len(message.get("body", b""))
        self._is_whole = not message.get("more_body")
        if self._size > self._limit:
            self.leave_unread()
            raise BodyTooLarge(self._limit)
        return message

    async def read_whole(self) -> bytes:
        """All of it; ClientDisconnect where the caller has left."""
        parts = []
        while True:
            message = await self.receive()
            if message["type"] != "http.request":
                raise ClientDisconnect
            parts.append(message.get("body", b""))
            if self._is_whole:
                return b"".join(parts)

    def leave_unread(self) -> None:
        """Nobody reads the rest: the answer closes the connection."""
        self._is_refused = True

    async def send(self, message: Message) -> None:
        """Pass the response on. After a refusal, drain the body before the response ends."""
        is_last = message["type"] == "http.response.body" and not message.get("more_body")
        if not self._is_refused or not is_last:
            await self._send(_closing(message) if self._is_refused else message)
            return
        await self._send({**message, "more_body": True})
        await self._drain_briefly()
        await self._send({"type": "http.response.body"})

    async def _receive_in_time(self) -> Message:
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._pace.allowance(self._size, self._waited)):
                return await self._receive()
        except TimeoutError:
            self._is_whole = True  # nothing of it is read any more
            raise BodyTooSlow(self._pace) from None
        finally:
            self._waited += time.monotonic() - started

    async def _drain_briefly(self) -> None:
        size = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min(DRAIN_SECONDS, self._pace.grace)):
                while size < DRAIN_BYTES:
                    message = await self._receive()
                    size += len(message.get("body", b""))
                    if message["type"] != "http.request" or not message.get("more_body"):
                        return


def _closing(message: Message) -> Message:
    """The start of a response that closes its connection."""
    if message["type"] != "http.response.start":
        return message
    others = [each for each in message.get("headers", ()) if each[0].lower() != b"connection"]
    return {**message, "headers": [*others, (b"connection", b"close")]}
