"""CPU time of a process and its children, from /proc (Linux)."""

import os
from pathlib import Path

from tests.servers.procfs import children

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process and of all its living descendants."""
    return _own_seconds(pid) + sum(cpu_seconds(child) for child in children(pid))


def _own_seconds(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS
