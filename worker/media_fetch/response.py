"""The file in a host's response: checked status, decoded body, a limit on silence."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from provider.errors import GiveUp, Retry
from provider.retry_after import read_retry_after
from worker.media_fetch import spool
from worker.media_fetch.content_coding import content_codings, decode_body
from worker.media_fetch.fetch_limits import CHUNK_SIZE, FetchLimits, SlowSource
from worker.media_fetch.file_inspection import inspect_file
from worker.media_fetch.requirements import FileRequirements
from worker.media_fetch.source import MediaSource

# A source that wants to be left alone for longer is asked again after this (s).
MAX_RETRY_AFTER = 3600.0
# Whatever the status, an answer with a Retry-After asks for patience, too.
BUSY = frozenset({408, 420, 425, 429})


@asynccontextmanager
async def open_response(
    response: httpx.Response, path: str, required: FileRequirements, limits: FetchLimits
) -> AsyncIterator[MediaSource]:
    """The file of a response."""
    check_response(response)
    codings = content_codings(response)
    # With a coding, Content-Length is the size of the coded bytes.
    stated_size = None if codings else _content_length(response, limits)
    body = with_least_rate(response.aiter_raw(CHUNK_SIZE), limits)
    decoded = decode_body(body, codings)
    async with inspect_file(decoded, stated_size, path, required, limits) as source:
        yield source


def check_response(response: httpx.Response) -> None:
    """Raises Retry or GiveUp for a response without a file."""
    status = response.status_code
    delay = read_retry_after(response, MAX_RETRY_AFTER)
    if status in BUSY or status >= 500 or (status != 200 and delay is not None):
        raise Retry(f"the media source answered {status}", status, min_delay=delay or 0)
    if status != 200:
        raise GiveUp(f"the media source answered {status}; the link must lead to the file", status)


def _content_length(response: httpx.Response, limits: FetchLimits) -> int | None:
    """The size in the Content-Length header, checked against the limit; None without the header,
    and where a Transfer-Encoding makes it void."""
    is_void = "Transfer-Encoding" in response.headers
    text = "" if is_void else response.headers.get("Content-Length", "")
    return spool.check_size(int(text), limits.size) if text.isdecimal() else None


async def with_least_rate(body: AsyncIterator[bytes], limits: FetchLimits) -> AsyncIterator[bytes]:
    """The body. SlowSource if it is silent for `stall` seconds, or so far behind `min_rate`. The
    time that the reader of the body takes is not the source's."""
    now, slack = asyncio.get_running_loop().time, limits.stall
    while True:
        started = now()
        try:
            async with asyncio.timeout(slack):
                chunk = await anext(body)
        except StopAsyncIteration:
            return
        except TimeoutError as error:
            raise too_slow(limits) from error
        except httpx.TransportError as error:
            raise Retry(f"the media source broke off ({type(error).__name__})") from error
        left = slack - (now() - started)
        slack = min(limits.stall, max(left, 0) + len(chunk) / limits.min_rate)
        yield chunk


def too_slow(limits: FetchLimits) -> SlowSource:
    """The error for a source that is too far behind; `doctor` looks for its first words."""
    rate = f"{limits.min_rate / 1024:g} KiB/s"
    return SlowSource(f"the media source is too slow: {limits.stall:g} s behind {rate}")
