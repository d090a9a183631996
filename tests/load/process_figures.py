"""What a process uses: memory, descriptors, threads and processor, with its descendants (Linux)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process_cpu import cpu_seconds
from benchmarks.process_memory import resident_bytes
from tests.servers.procfs import children


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """Bytes of memory, open descriptors, threads, and processor seconds so far."""

    memory: int
    descriptors: int
    threads: int
    cpu: float


def read_figures(pid: int) -> ProcessFigures | None:
    """The figures of a process and its descendants together; None if it has ended."""
    try:
        family = [pid, *_descendants(pid)]
        return ProcessFigures(
            sum(map(resident_bytes, family)),
            sum(map(_count_descriptors, family)),
            sum(map(_count_threads, family)),
            cpu_seconds(pid),
        )
    except (FileNotFoundError, ProcessLookupError, StopIteration):
        return None


def _descendants(pid: int) -> Iterator[int]:
    for child in children(pid):
        yield child
        yield from _descendants(child)


def _count_descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208  (a folder of links to nowhere)


def _count_threads(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
