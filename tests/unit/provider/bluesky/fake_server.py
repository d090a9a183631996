"""A small server that tests can bring into any state: sessions, and one repository."""

# ruff: noqa: N802  (methods are named after the calls)
import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

import httpx

from provider.bluesky.client import Bluesky
from tests.unit.provider.bluesky.connections import DID, PASSWORD, AppPassword, MemoryStore

T = TypeVar("T")
Body = dict[str, Any]
HANDLE: Final = "alice.test"
ADDRESS: Final = "https://pds.test"
# What a call may be answered with, instead of the server's own answer.
Fault = Callable[[httpx.Request], Awaitable[httpx.Response | None]]


class FakeServer:
    """`access` and `refresh` are the tokens that it takes; `calls` counts calls by their names."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.access: set[str] = set()
        self.refresh: set[str] = set()
        self.password = PASSWORD
        self.records: dict[tuple[str, str], Any] = {}
        self.commits = 1
        self.faults: dict[str, Fault] = {}
        self._sessions = 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """The response to a request."""
        name = request.url.path.removeprefix("/xrpc/").rpartition(".")[2]
        self.calls[name] += 1
        await asyncio.sleep(0)  # so that other calls come between
        if name in self.faults:
            response = await self.faults[name](request)
            if response is not None:
                return response
        return self.do(name, request)

    def do(self, name: str, request: httpx.Request) -> httpx.Response:
        """What the server does with a call, without any fault."""
        content = request.content
        body = json.loads(content) if content[:1] == b"{" else {}
        answer = getattr(self, f"_{name}")
        found: httpx.Response = answer(request, body)
        return found

    def open_session(self) -> dict[str, str]:
        """A new session."""
        self._sessions += 1
        tokens = {"accessJwt": f"access-{self._sessions}", "refreshJwt": f"new-{self._sessions}"}
        self.access.add(tokens["accessJwt"])
        self.refresh.add(tokens["refreshJwt"])
        return {"did": DID, "handle": HANDLE, **tokens}

    def _createSession(self, _request: httpx.Request, body: Body) -> httpx.Response:
        if body["identifier"] != DID or body["password"] != self.password:
            return refuse(401, "AuthenticationRequired", f"no {body['password']} here")
        return httpx.Response(200, json=self.open_session())

    def _refreshSession(self, request: httpx.Request, _body: Body) -> httpx.Response:
        if token_of(request) not in self.refresh:
            return refuse(400, "ExpiredToken", "Token has been revoked")
        return httpx.Response(200, json=self.open_session())

    def _getSession(self, request: httpx.Request, _body: Body) -> httpx.Response:
        refusal = self._check(request)
        return refusal or httpx.Response(200, json={"did": DID, "handle": HANDLE, "active": True})

    def _getLatestCommit(self, _request: httpx.Request, _body: Body) -> httpx.Response:
        return httpx.Response(200, json={"cid": f"commit-{self.commits}"})

    def _getRecord(self, request: httpx.Request, _body: Body) -> httpx.Response:
        key = (request.url.params["collection"], request.url.params["rkey"])
        if key not in self.records:
            return refuse(400, "RecordNotFound", "Could not locate record")
        return httpx.Response(200, json={"value": self.records[key]})

    def _applyWrites(self, request: httpx.Request, body: Body) -> httpx.Response:
        refusal = self._check(request)
        if refusal is not None:
            return refusal
        if body.get("swapCommit") not in (None, f"commit-{self.commits}"):
            return refuse(400, "InvalidSwap", f"Commit was at commit-{self.commits}")
        records = dict(self.records)
        for write in body["writes"]:
            key = (write["collection"], write["rkey"])
            if write["$type"].endswith("#delete") != (key in records):
                return refuse(500, "InternalServerError", "Internal Server Error")
            if records.pop(key, None) is None:
                records[key] = write["value"]
        self.records = records
        self.commits += 1
        return httpx.Response(200, json={"commit": {"cid": f"commit-{self.commits}"}})

    def _check(self, request: httpx.Request) -> httpx.Response | None:
        if token_of(request) in self.access:
            return None
        return refuse(400, "ExpiredToken", "Token has expired")


def token_of(request: httpx.Request) -> str:
    """The token of a call."""
    return str(request.headers.get("Authorization", "")).removeprefix("Bearer ")


def refuse(status: int, code: str, message: str = "Sorry") -> httpx.Response:
    """A refusal as the server words it."""
    return httpx.Response(status, json={"error": code, "message": message})


def run(
    server: FakeServer,
    question: Callable[[Bluesky], Awaitable[T]],
    store: MemoryStore | None = None,
    credentials: AppPassword | None = None,
) -> T:
    """The client's result at this server."""

    async def ask() -> T:
        transport = httpx.MockTransport(server.answer)
        async with httpx.AsyncClient(transport=transport) as client:
            known = credentials or AppPassword()
            return await question(Bluesky(client, ADDRESS, known, store or MemoryStore()))

    return asyncio.run(ask())
