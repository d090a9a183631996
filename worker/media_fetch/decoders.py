"""Decoders of content codings. A few bytes can decode to gigabytes, so each part that a decoder
gives has at most CHUNK_SIZE bytes or a little more."""

import sys
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol

import brotli

from worker.media_fetch.fetch_limits import CHUNK_SIZE

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    Inflate = zlib._Decompress  # noqa: SLF001  (no public name)

GZIP_MAGIC = b"\x1f\x8b"
# The largest window for HTTP, by RFC 9659: 8 MiB.
ZSTD_OPTIONS: Final = {int(zstd.DecompressionParameter.window_log_max): 23}
DECODING_ERRORS = (zlib.error, brotli.error, zstd.ZstdError)


class Decoder(Protocol):
    """Decodes one body."""

    def decode(self, data: bytes) -> Iterator[bytes]:
        """What these bytes, at least one, decode to, in parts."""
        ...

    def is_complete(self) -> bool:
        """Whether the coded stream has reached its end."""
        ...


class GzipDecoder:
    """gzip, of one member or several."""

    def __init__(self) -> None:
        self._stream = _open_gzip()

    def decode(self, data: bytes) -> Iterator[bytes]:
        """See Decoder. What follows the end and is no other member is ignored."""
        part = b""
        while data or len(part) == CHUNK_SIZE:
            if self._stream.eof:
                if not data or not GZIP_MAGIC.startswith(data[: len(GZIP_MAGIC)]):
                    return
                self._stream = _open_gzip()
            part = self._stream.decompress(data, CHUNK_SIZE)
            data = self._stream.unconsumed_tail or self._stream.unused_data
            yield part

    def is_complete(self) -> bool:
        """See Decoder."""
        return self._stream.eof


def _open_gzip() -> "Inflate":
    return zlib.decompressobj(16 + zlib.MAX_WBITS)


class DeflateDecoder:
    """deflate: in zlib's format, as the standard wants it, or without zlib's header."""

    def __init__(self) -> None:
        self._stream: Inflate | None = None

    def decode(self, data: bytes) -> Iterator[bytes]:
        """See Decoder."""
        if self._stream is None:
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if _is_zlib(data) else -zlib.MAX_WBITS)
        part = b""
        while not self._stream.eof and (data or len(part) == CHUNK_SIZE):
            part = self._stream.decompress(data, CHUNK_SIZE)
            data = self._stream.unconsumed_tail
            yield part

    def is_complete(self) -> bool:
        """See Decoder."""
        return self._stream is not None and self._stream.eof


def _is_zlib(data: bytes) -> bool:
    """Whether data begins with zlib's header, of which there may be only the first byte."""
    has_method = data[0] & 0x0F == zlib.DEFLATED
    return has_method and (len(data) == 1 or int.from_bytes(data[:2]) % 31 == 0)


class BrotliDecoder:
    """br."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def decode(self, data: bytes) -> Iterator[bytes]:
        """See Decoder."""
        while not self._stream.is_finished():
            yield self._stream.process(data, output_buffer_limit=CHUNK_SIZE)
            if self._stream.can_accept_more_data():
                return
            data = b""

    def is_complete(self) -> bool:
        """See Decoder."""
        return bool(self._stream.is_finished())


class ZstdDecoder:
    """zstd, of one frame or several."""

    def __init__(self) -> None:
        self._stream = zstd.ZstdDecompressor(options=ZSTD_OPTIONS)

    def decode(self, data: bytes) -> Iterator[bytes]:
        """See Decoder."""
        while data or not (self._stream.eof or self._stream.needs_input):
            if self._stream.eof:
                self._stream = zstd.ZstdDecompressor(options=ZSTD_OPTIONS)
            yield self._stream.decompress(data, CHUNK_SIZE)
            data = self._stream.unused_data if self._stream.eof else b""

    def is_complete(self) -> bool:
        """See Decoder."""
        return self._stream.eof
