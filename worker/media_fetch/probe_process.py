"""A separate process that prints the duration (s) of the video on its standard input.

`python -I probe_process.py DEMUXER`. It imports nothing of ours, and prints no number where the
duration is unknown. The caller names the demuxer: otherwise the library would also accept a
playlist, and open the files in it.
"""

import resource
import sys
from typing import Any

import av

# PyAV 18 refuses a file whose metadata is not UTF-8 unless it is given this option. PyAV 19 accepts
# such a file, and no longer knows the option.
TOLERANT: dict[str, Any] = (
    {"metadata_errors": "ignore"} if int(av.__version__.partition(".")[0]) < 19 else {}
)

MAX_MEMORY = 2 * 1024**3
MAX_CPU_SECONDS = 20


def set_resource_limits() -> None:
    """Limit the memory and CPU time that a hostile file can use."""
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # other systems refuse this limit, or use it differently
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


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
    print(read_duration(sys.argv[1]))  # noqa: T201  (the result)
