"""A process of its own: prints the duration (s) of the film on its standard input.

`python -I probe.py DEMUXER`. It imports nothing of ours, and says nothing where there is no answer.
The demuxer is named by the caller: left to itself the library would take a playlist, too, and open
what that names.
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
MEMORY = 2 * 1024**3
PROCESSOR_SECONDS = 20


def limit() -> None:
    """Bound what a hostile file can use up."""
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the limit is refused, or means something else
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def duration(demuxer: str) -> float | None:
    """Seconds; None for a file without pictures, or without an end that can be told."""
    opened: av.container.InputContainer = av.open(sys.stdin.buffer, "r", format=demuxer, **TOLERANT)
    with opened as film:
        if not film.streams.video:
            return None
        if film.duration is not None:
            return film.duration / av.time_base
        return last_picture(film)


def last_picture(film: av.container.InputContainer) -> float | None:
    """The end of a film whose header names none, as those recorded in browsers do not."""
    return max(_end(packet) for packet in film.demux(video=0))


def _end(packet: "av.Packet[av.VideoStream]") -> float:
    begin = packet.pts or packet.dts or 0
    return float((begin + (packet.duration or 0)) * (packet.time_base or 0))


if __name__ == "__main__":
    limit()
    print(duration(sys.argv[1]))  # noqa: T201  (the answer)
