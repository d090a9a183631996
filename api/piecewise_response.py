"""A JSON answer that is encoded and sent in pieces: it costs its own bytes, and nothing beside."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

CONTENT_TYPE: Final = "application/json"


def encode_list(name: str, batches: Iterable[list[Any]]) -> Iterator[bytes]:
    """The JSON object with one list, batch by batch."""
    lead = f'{{"{name}":['
    for batch in batches:
        if batch:
            yield (lead + _encode(batch)[1:-1]).encode()
            lead = ","
    yield (lead if lead != "," else "").encode() + b"]}"


def _encode(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


class PiecewiseResponse(Response):
    """A response of several pieces. The server takes the next one when the caller has read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = list(pieces)
        size = sum(map(len, self._pieces))
        super().__init__(headers={"content-length": str(size)}, media_type=CONTENT_TYPE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        del scope, receive
        start = {"status": self.status_code, "headers": self.raw_headers}
        await send({"type": "http.response.start", **start})
        self._pieces.reverse()
        while self._pieces:
            piece = self._pieces.pop()
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
