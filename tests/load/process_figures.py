"""What a process uses: memory, descriptors, threads and processor, with its descendants (Linux)."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.process_cpu import CLOCK_TICKS


@dataclass(frozen=True, slots=True)
class ProcessFigures:
    """Bytes of memory, of which what processes share counts once; open descriptors, threads, and
    processor seconds so far."""

    memory: int
    descriptors: int
    threads: int
    cpu: float


def read_figures(pid: int) -> ProcessFigures | None:
    """The figures of a process and its descendants together; None if it has ended."""
    try:
        family = list(_family(pid))
        return ProcessFigures(
            sum(map(_proportional_bytes, family)),
            sum(map(_count_descriptors, family)),
            sum(map(_count_threads, family)),
            sum(map(_cpu_seconds, family)),
        )
    except (FileNotFoundError, ProcessLookupError, StopIteration):
        return None


def _family(pid: int) -> Iterator[int]:
    """A process and its descendants. Asked of the kernel: a look through all processes of a busy
    machine takes long."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from _family(int(child))


def _proportional_bytes(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def _count_descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))  # noqa: PTH208  (a folder of links to nowhere)


def _count_threads(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
