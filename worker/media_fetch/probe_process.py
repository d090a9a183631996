"""A separate process that prints the duration (s) of the video on its standard input.

`python -I probe_process.py DEMUXER`. It imports nothing of ours, and prints no number where the
duration is unknown. The caller names the demuxer: otherwise the library would also accept a
playlist, and open the files in it. Exit code 3: the tables of the file claim more than it holds.
"""

import os
import resource
import sys
from collections.abc import Iterator
from typing import Any

import av

# PyAV 18 refuses a file whose metadata is not UTF-8 unless it is given this option. PyAV 19 accepts
# such a file, and no longer knows the option.
TOLERANT: dict[str, Any] = (
    {"metadata_errors": "ignore"} if int(av.__version__.partition(".")[0]) < 19 else {}
)

# A film of hours needs 50 MiB, and the library itself 125 MiB of address space.
MAX_MEMORY = 512 * 1024**2
MAX_CPU_SECONDS = 20
OVERSTATED = 3
# The boxes of MP4 and QuickTime that lead to tables of samples.
OUTER_BOXES = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf")
# By the table's name, where the number of its samples stands (bytes behind the box's name).
COUNT_OFFSETS = {b"stsz": 8, b"stz2": 8, b"trun": 4}
# Old compressed sound counts its samples before the compression: at most so many in a byte.
SOUND_SAMPLES = 8


def set_resource_limits() -> None:
    """Limit the memory and CPU time that a hostile file can use."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # other systems refuse this limit, or use it differently
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def claims_too_much(file: int) -> bool:
    """Whether the tables of a file in boxes name more samples than it has bytes. The library would
    make an entry of 36 bytes for each."""
    size, claimed, in_byte = os.fstat(file).st_size, 0.0, 1
    for name, begin in boxes(file, 0, size):
        if name == b"hdlr":
            in_byte = SOUND_SAMPLES if os.pread(file, 4, begin + 8) == b"soun" else 1
        elif name in COUNT_OFFSETS:
            claimed += int.from_bytes(os.pread(file, 4, begin + COUNT_OFFSETS[name])) / in_byte
    return claimed > size


def boxes(file: int, position: int, end: int) -> Iterator[tuple[bytes, int]]:
    """The names of the boxes between two positions and of those inside them, each with the position
    behind its name."""
    while position + 8 <= end:
        head = os.pread(file, 16, position)
        size, begin = int.from_bytes(head[:4]), position + 8
        if size == 1:  # the size is in the eight bytes behind the name
            size, begin = int.from_bytes(head[8:]), begin + 8
        last = min(position + size, end) if size else end
        yield head[4:8], begin
        if head[4:8] in OUTER_BOXES:
            yield from boxes(file, begin, last)
        if last <= position:
            return
        position = last


def read_duration(demuxer: str) -> float | None:
    """Seconds; None for a file without video."""
    container: av.container.InputContainer = av.open(
        sys.stdin.buffer, "r", format=demuxer, **TOLERANT
    )
    with container as video:
        if not video.streams.video:
            return None
        if video.duration is not None:
            return video.duration / av.time_base
        return last_frame_end(video)


def last_frame_end(video: av.container.InputContainer) -> float | None:
    """The end of the last frame (s). For videos without a duration in their header, as browsers
    record them."""
    return max(_packet_end(packet) for packet in video.demux(video=0))


def _packet_end(packet: "av.Packet[av.VideoStream]") -> float:
    begin = packet.pts or packet.dts or 0
    return float((begin + (packet.duration or 0)) * (packet.time_base or 0))


if __name__ == "__main__":
    set_resource_limits()
    if sys.argv[1] == "mov" and claims_too_much(sys.stdin.fileno()):
        sys.exit(OVERSTATED)
    print(read_duration(sys.argv[1]))  # noqa: T201  (the result)
