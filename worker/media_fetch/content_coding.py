"""Content codings of sources: gzip, deflate, br, zstd.

We do not ask for one, but some storages send each file as it is stored.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import httpx

from provider.errors import GiveUp, Retry
from worker.media_fetch.decoders import (
    DECODING_ERRORS,
    BrotliDecoder,
    Decoder,
    DeflateDecoder,
    GzipDecoder,
    ZstdDecoder,
)

DECODERS: Mapping[str, Callable[[], Decoder]] = {
    "gzip": GzipDecoder,
    "x-gzip": GzipDecoder,
    "deflate": DeflateDecoder,
    "br": BrotliDecoder,
    "zstd": ZstdDecoder,
}
# "aws-chunked" is how a file was uploaded; some S3 storages repeat it with the plain file. The
# others are no content codings: people write them into the settings of a storage, and the file is
# sent as it is. If it were not, its first bytes would say so.
PLAIN = frozenset(
    {"", "identity", "aws-chunked", "none", "null", "binary", "7bit", "8bit", "base64", "utf-8"}
    | {"utf8", "ascii", "us-ascii", "iso-8859-1"}
)
MAX_CODINGS = 3


def content_codings(response: httpx.Response) -> list[str]:
    """The codings of a response that must be decoded, in the order in which they were applied.

    GiveUp for a coding that is not known, and for a long chain of them.
    """
    header = response.headers.get("Content-Encoding", "")
    names = [each.partition(";")[0].strip().lower() for each in header.split(",")]
    codings = [name for name in names if name not in PLAIN]
    if len(codings) > MAX_CODINGS or any(each not in DECODERS for each in codings):
        raise GiveUp(
            f"the media source sends the file in the content coding {header[:100]!r}; "
            "it must be sent as it is, or in gzip, deflate, br or zstd"
        )
    return codings


def decode_body(body: AsyncIterator[bytes], codings: Sequence[str]) -> AsyncIterator[bytes]:
    """The decoded body."""
    for coding in reversed(codings):
        body = _decode(body, coding)
    return body


async def _decode(body: AsyncIterator[bytes], coding: str) -> AsyncIterator[bytes]:
    decoder, is_empty = DECODERS[coding](), True
    try:
        async for chunk in body:
            for part in decoder.decode(chunk) if chunk else ():
                is_empty = False
                if part:
                    yield part
    except DECODING_ERRORS as error:
        raise GiveUp(
            f"the media source says that the file is coded in {coding}, but it cannot be decoded"
        ) from error
    if not is_empty and not decoder.is_complete():
        raise Retry(f"the media source broke off: its {coding} data have no end")
