"""An opened media file: judged by its answer and its first bytes, read once, at a bounded pace."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from urllib.parse import unquote

import httpx

from models.kinds import FileType, with_extension
from provider.errors import GiveUp, Retry
from worker.fetch import duration, kinds, spool
from worker.fetch.limits import CHUNK, Limits


class Source:
    """An opened file: its name, type and size (bytes), and its bytes, once.

    `md5` (base64) is there where the bytes were on disk already. `sha256` is complete after the
    last chunk.
    """

    def __init__(
        self,
        name: str,
        kind: FileType,
        size: int,
        body: AsyncIterator[bytes],
        md5: str | None = None,
    ) -> None:
        self.name = name
        self.content_type = kind.content_type
        self.size = size
        self.md5 = md5
        self._body = body
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The checksum of what was read so far, in hexadecimal."""
        return self._digest.hexdigest()

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The bytes. Retry when the source breaks off or sends another size than it said."""
        sent = 0
        async for chunk in self._body:
            sent += len(chunk)
            self._digest.update(chunk)
            yield chunk
        if sent != self.size:
            raise Retry(f"the media source sent {sent} bytes where it promised {self.size}")


@asynccontextmanager
async def opened(
    answer: httpx.Response, path: str, post_type: str, least: int, limits: Limits
) -> AsyncIterator[Source]:
    """The file of an answer. `least` seconds must a video last; 0 for any."""
    judge(answer)
    stated = _stated(answer, limits)
    body = paced(answer.aiter_raw(CHUNK), limits.stall)
    async with looked_into(body, stated, path, post_type, least, limits) as source:
        yield source


@asynccontextmanager
async def looked_into(
    body: AsyncIterator[bytes],
    stated: int | None,
    path: str,
    post_type: str,
    least: int,
    limits: Limits,
) -> AsyncIterator[Source]:
    """The file that a body brings: its kind by its first bytes, its duration where that counts.

    `stated` is its size, None where nobody said it; its name is the last part of `path`.
    """
    head = await anext(body, b"")
    name = PurePosixPath(unquote(path)).name
    kind = kinds.check(head, name, post_type) if head else _empty()
    name, body = with_extension(name, kind), _after(head, body)
    measured = least > 0 and kind.post_type == "video"
    if stated is not None and not measured:
        yield Source(name, kind, stated, body)
        return
    async with spool.keep(body, limits.size) as kept:
        if measured:
            await duration.check(kept.file, kind.demuxer, least, limits.probe)
        yield Source(name, kind, stated or kept.size, kept.chunks(), kept.md5)


def judge(answer: httpx.Response) -> None:
    """Retry or GiveUp where an answer brings no file."""
    status = answer.status_code
    if status in (408, 429) or status >= 500:
        raise Retry(f"the media source answered {status}", status)
    if status != 200:
        raise GiveUp(f"the media source answered {status}; the link must lead to the file", status)


def _empty() -> FileType:
    raise GiveUp("the media file is empty")


def _stated(answer: httpx.Response, limits: Limits) -> int | None:
    """The length that a source states, where it does; the upload must state one too."""
    text = answer.headers.get("Content-Length", "")
    return spool.within(int(text), limits.size) if text.isdecimal() else None


async def paced(body: AsyncIterator[bytes], stall: float) -> AsyncIterator[bytes]:
    """A body whose every chunk arrives within `stall` seconds; Retry where one does not."""
    while True:
        try:
            async with asyncio.timeout(stall):
                chunk = await anext(body)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise Retry(f"the media source is too slow: no {CHUNK} bytes in {stall:g} s") from error
        except httpx.TransportError as error:
            raise Retry(f"the media source broke off ({type(error).__name__})") from error
        yield chunk


async def _after(head: bytes, body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield head
    async for chunk in body:
        yield chunk
