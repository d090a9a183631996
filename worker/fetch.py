"""Fetching media from where the person keeps it, as a stream that never lies whole in memory."""

import hashlib
import ipaddress
import mimetypes
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

import httpx

from models.vault import Vault
from provider.errors import GiveUp, Retry
from provider.http import Http

CHUNK = 256 * 1024
MAX_REDIRECTS = 5
MAX_BYTES = 4 * 1024**3
SPOOL_IN_MEMORY = 1024 * 1024


class Source:
    """An opened file: its name, type and size (bytes), and its bytes, once.

    `sha256` is complete after the last chunk.
    """

    def __init__(self, name: str, content_type: str, size: int, body: AsyncIterator[bytes]) -> None:
        self.name = name
        self.content_type = content_type
        self.size = size
        self._body = body
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The checksum of what was read so far, in hexadecimal."""
        return self._digest.hexdigest()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes. Retry when the source breaks off or sends another size than it said."""
        sent = 0
        try:
            async for chunk in self._body:
                sent += len(chunk)
                self._digest.update(chunk)
                yield chunk
        except httpx.TransportError as error:
            raise Retry(f"the media source broke off ({type(error).__name__})") from error
        if sent != self.size:
            raise Retry(f"the media source sent {sent} bytes where it promised {self.size}")


class Fetcher:
    """Opens media sources. https and public addresses only, unless `allow_private`."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        vault: Vault,
        *,
        allow_private: bool,
        sink: Http | None = None,
    ) -> None:
        self.client = client
        self.sink: Http = sink or client
        self._vault = vault
        self._allow_private = allow_private

    @asynccontextmanager
    async def open(self, encrypted_url: str) -> AsyncIterator[Source]:
        """The source behind a stored link. GiveUp where the link is wrong, Retry where it fails."""
        url = self._vault.decrypt(encrypted_url)
        for _ in range(MAX_REDIRECTS):
            self._check(url)
            async with self._get(url) as answer:
                if not answer.has_redirect_location:
                    async with _source(url, answer) as source:
                        yield source
                    return
                url = urljoin(url, answer.headers["Location"])
        raise GiveUp(f"the media source redirects more than {MAX_REDIRECTS} times")

    @asynccontextmanager
    async def _get(self, url: str) -> AsyncIterator[httpx.Response]:
        headers = {"Accept-Encoding": "identity"}  # the length must be the file's own
        request = self.client.build_request("GET", url, headers=headers)
        try:
            answer = await self.client.send(request, stream=True, follow_redirects=False)
        except httpx.TransportError as error:
            raise Retry(f"the media source cannot be reached ({type(error).__name__})") from error
        try:
            yield answer
        finally:
            await answer.aclose()

    def _check(self, url: str) -> None:
        parts = _parts(url)
        if self._allow_private:
            return
        if parts.scheme != "https":
            raise GiveUp("media links must be https")
        try:
            address = ipaddress.ip_address(parts.hostname or "")
        except ValueError:
            return
        if not address.is_global:
            raise GiveUp("media links must lead to public addresses")


def _parts(url: str) -> SplitResult:
    """The parts of an address that httpx can call; GiveUp for any other."""
    try:
        httpx.URL(url)
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except (httpx.InvalidURL, ValueError):
        usable = None
    if not usable:
        raise GiveUp("the media link is not a valid address")
    return parts


@asynccontextmanager
async def _source(url: str, answer: httpx.Response) -> AsyncIterator[Source]:
    _judge(answer)
    name = PurePosixPath(unquote(urlsplit(url).path)).name or "media"
    content_type = _content_type(name, answer)
    stated = answer.headers.get("Content-Length", "")
    if stated.isdecimal():
        yield Source(name, content_type, _within(int(stated)), answer.aiter_raw(CHUNK))
        return
    with tempfile.SpooledTemporaryFile(max_size=SPOOL_IN_MEMORY) as spool:
        size = await _spool(answer, spool)
        yield Source(name, content_type, size, _read(spool))


def _judge(answer: httpx.Response) -> None:
    status = answer.status_code
    if status in (408, 429) or status >= 500:
        raise Retry(f"the media source answered {status}", status)
    if status != 200:
        raise GiveUp(f"the media source answered {status}; the link must lead to the file", status)


def _content_type(name: str, answer: httpx.Response) -> str:
    stated = str(answer.headers.get("Content-Type", "")).split(";")[0].strip().lower()
    if stated and stated != "application/octet-stream":
        return stated
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _within(size: int) -> int:
    if size == 0:
        raise GiveUp("the media file is empty")
    if size > MAX_BYTES:
        raise GiveUp(f"the media file has {size} bytes; at most {MAX_BYTES} are accepted")
    return size


async def _spool(answer: httpx.Response, spool: IO[bytes]) -> int:
    """Keep a body of unknown length, because the upload must state its length; returns it."""
    size = 0
    try:
        async for chunk in answer.aiter_raw(CHUNK):
            size = _within(size + len(chunk))
            spool.write(chunk)
    except httpx.TransportError as error:
        raise Retry(f"the media source broke off ({type(error).__name__})") from error
    spool.seek(0)
    return _within(size)


async def _read(spool: IO[bytes]) -> AsyncIterator[bytes]:
    while chunk := spool.read(CHUNK):
        yield chunk
