"""Small MP4 files whose tables claim many samples."""

import struct

MANY = 50_000_000
MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


def numbers(*values: int) -> bytes:
    """32-bit numbers."""
    return struct.pack(f">{len(values)}I", *values)


def box(name: bytes, *parts: bytes) -> bytes:
    """A box."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def table(name: bytes, *values: int, flags: int = 0) -> bytes:
    """A box with a version and flags."""
    return box(name, numbers(flags, *values))


TYPE = box(b"ftyp", b"isom", numbers(0x200), b"isommp42")
HEADER = box(
    b"mvhd", numbers(0, 0, 0, 1000, 60_000, 0x10000), bytes(10), MATRIX, bytes(24), numbers(2)
)
TRACK_HEADER = box(
    b"tkhd", numbers(7, 0, 0, 1, 0, 60_000, 0, 0), bytes(8), MATRIX, numbers(16 << 16, 16 << 16)
)
CODEC = box(
    b"avc1", bytes(6), b"\0\1", bytes(16), b"\0\x10\0\x10", numbers(0x480000, 0x480000, 0),
    b"\0\1", bytes(32), b"\0\x18\xff\xff",
)  # fmt: skip


def track(*tables: bytes, handler: bytes = b"vide") -> bytes:
    """A track with these tables."""
    media = box(
        b"mdia",
        table(b"mdhd", 0, 0, 1000, 60_000, 0x55C40000),
        box(b"hdlr", bytes(8), handler, bytes(12), b"V\0"),
        box(b"minf", box(b"stbl", box(b"stsd", numbers(0, 1), CODEC), *tables)),
    )
    return box(b"trak", TRACK_HEADER, media)


def tables(size_table: bytes, count: int = MANY) -> tuple[bytes, ...]:
    """The tables of a track whose samples are all in one chunk."""
    return (
        size_table,
        table(b"stts", 1, count, 1),
        table(b"stsc", 1, 1, count, 1),
        table(b"stco", 1, 36),
    )


def constant_size(count: int = MANY, handler: bytes = b"vide") -> bytes:
    """So many samples of one byte, named in twelve bytes."""
    samples = track(*tables(table(b"stsz", 1, count), count), handler=handler)
    return TYPE + box(b"moov", HEADER, samples) + box(b"mdat", bytes(8))


def fragment(count: int = MANY) -> bytes:
    """A fragment with so many samples, all of the default size."""
    run = box(b"traf", table(b"tfhd", 1, flags=0x20000), table(b"trun", count))
    return box(b"moof", table(b"mfhd", 1), run) + box(b"mdat", bytes(8))


def fragments(count: int = MANY, times: int = 1) -> bytes:
    """A film in fragments with so many samples each."""
    empty = track(*tables(table(b"stsz", 0, 0), 0))
    defaults = box(b"mvex", table(b"trex", 1, 1, 1, 1, 0))
    return TYPE + box(b"moov", HEADER, empty, defaults) + fragment(count) * times


BOMBS = {
    "samples of one size": constant_size(),
    "a long sound": constant_size(handler=b"soun"),
    "samples of a few bits": TYPE
    + box(b"moov", HEADER, track(*tables(table(b"stz2", 8, MANY))))
    + box(b"mdat", bytes(8)),
    "one fragment": fragments(),
    "many fragments": fragments(100_000, 500),
    "many tracks": TYPE
    + box(b"moov", HEADER, track(*tables(table(b"stsz", 1, MANY // 10), MANY // 10)) * 10),
    "a box with a long size": TYPE
    + numbers(1)
    + b"moov"
    + struct.pack(">Q", 16 + len(track(*tables(table(b"stsz", 1, MANY)))))
    + track(*tables(table(b"stsz", 1, MANY))),
    "a box up to the end": TYPE
    + numbers(0)
    + b"moov"
    + HEADER
    + track(*tables(table(b"stsz", 1, MANY))),
}
