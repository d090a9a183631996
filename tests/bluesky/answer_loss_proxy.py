"""A proxy before a PDS that loses answers, or requests, and holds calls back until told.

What is lost is decided by seed, name and number of a call: the n-th `putRecord` has the same fate
however calls of other names come between.
"""

import asyncio
import io
import random
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

import aiohttp
from aiohttp import web
from yarl import URL

from simulator.threaded_server import ThreadedServer
from tests.bluesky.held_call import HeldCall

# They belong to one connection, or are made anew by the proxy.
_OWN_HEADERS: Final = {"host", "connection", "keep-alive", "transfer-encoding", "content-length"}
_UNLIMITED: Final = 2**40


class Fate(StrEnum):
    """What becomes of a call: all is well, its answer is lost, or it is never sent."""

    ANSWERED = "answered"
    ANSWER_LOST = "answer lost"
    NOT_SENT = "not sent"


class AnswerLossProxy(ThreadedServer):
    """A proxy at `url`, in a thread of its own; `target` is the PDS's address.

    Calls are named by the end of their NSID (`putRecord`), the whole NSID or the HTTP method.
    `share` of the answers is lost after the call was carried out, `unsent_share` of the calls is
    never sent. `only` narrows both shares to these names. `calls` and `lost` count by NSID. A
    server that is down looks like a lost request: the connection is closed. `name_of`: the name of
    a call, by method and path, where it is not the path's end. `keeps_connections` off: for a
    server that closes kept ones without a word, so that a call would be lost without a fault.
    """

    def __init__(
        self,
        target: str = "",
        *,
        name_of: Callable[[str, str], str] = lambda _method, path: path.rpartition("/")[2],
        share: float = 0.0,
        unsent_share: float = 0.0,
        only: frozenset[str] = frozenset(),
        seed: int = 7,
        keeps_connections: bool = True,
    ) -> None:
        super().__init__("127.0.0.1", 0)
        self.target, self.seed = target, seed
        self._name_of, self._keeps_connections = name_of, keeps_connections
        self.share, self.unsent_share, self.only = share, unsent_share, only
        self.calls, self.lost = Counter[str](), Counter[str]()
        self._planned: list[tuple[str, Fate]] = []
        self._held: list[HeldCall] = []

    @property
    def url(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return self.origin

    def lose_next(self, name: str, times: int = 1, fate: Fate = Fate.ANSWER_LOST) -> None:
        """The next calls of this name lose their answers, or are not sent."""
        self._planned += [(name, fate)] * times

    def forget_plans(self) -> None:
        """What was planned to be lost, and has not come, is not lost."""
        self._planned.clear()

    def hold_next(self, name: str) -> HeldCall:
        """The next call of this name waits in the proxy until it is released."""
        held = HeldCall(name)
        self._held.append(held)
        return held

    def name_of(self, request: web.Request) -> str:
        """What a call is counted as."""
        return self._name_of(request.method, request.path)

    async def _serve(self, stop: asyncio.Event, on_listening: Callable[[int], None]) -> None:
        app = web.Application(client_max_size=_UNLIMITED)
        app.router.add_route("*", "/{path:.*}", self._handle)
        runner = web.AppRunner(app, access_log=None, auto_decompress=False, shutdown_timeout=0.1)
        timeout = aiohttp.ClientTimeout(total=None)
        connector = aiohttp.TCPConnector(force_close=not self._keeps_connections)
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, auto_decompress=False
        ) as self._client:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", self.port).start()
            on_listening(int(runner.addresses[0][1]))
            await stop.wait()
            await runner.cleanup()

    async def _handle(self, request: web.Request) -> web.Response:
        name = self.name_of(request)
        self.calls[name] += 1
        names = {name, name.rpartition(".")[2], request.method}
        held, fate = self._take_held(names), self._fate(name, names)
        try:
            body = await request.read()
            if held is not None:
                await held.hold()
            if fate is Fate.NOT_SENT:
                return self._lose(name, request)
            answer = await self._forward(request, body)
        except (aiohttp.ClientError, ConnectionError):
            return _cut(request)
        if held is not None:
            held.answered(answer.status)
        return self._lose(name, request) if fate is Fate.ANSWER_LOST else answer

    async def _forward(self, request: web.Request, body: bytes) -> web.Response:
        async with self._client.request(
            request.method,
            URL(self.target + request.raw_path, encoded=True),
            headers=_passed_on(request.headers),
            # aiohttp warns of large bodies that are bytes.
            data=io.BytesIO(body) if body else None,
            allow_redirects=False,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
        ) as answer:
            headers = _passed_on(answer.headers)
            return web.Response(body=await answer.read(), status=answer.status, headers=headers)

    def _take_held(self, names: set[str]) -> HeldCall | None:
        found = next((held for held in self._held if held.name in names), None)
        if found is not None:
            self._held.remove(found)
        return found

    def _fate(self, name: str, names: set[str]) -> Fate:
        planned = next((plan for plan in self._planned if plan[0] in names), None)
        if planned is not None:
            self._planned.remove(planned)
            return planned[1]
        if self.only and self.only.isdisjoint(names):
            return Fate.ANSWERED
        drawn = random.Random(f"{self.seed} {name} {self.calls[name]}").random()
        if drawn < self.share:
            return Fate.ANSWER_LOST
        return Fate.NOT_SENT if drawn < self.share + self.unsent_share else Fate.ANSWERED

    def _lose(self, name: str, request: web.Request) -> web.Response:
        self.lost[name] += 1
        return _cut(request)


def _passed_on(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(k, v) for k, v in headers.items() if k.lower() not in _OWN_HEADERS]


def _cut(request: web.Request) -> web.Response:
    """Close the connection without a byte; the response is never sent."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
