"""Reads the state and children of processes from /proc, without `ps`, which may be missing."""

from pathlib import Path

_PROC = Path("/proc")


def state(pid: int) -> str:
    """Return the state letter of a process (R, S, D, T stopped, Z dead), or "" if it is gone."""
    fields = _stat(pid)
    return fields[0] if fields else ""


def alive(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    return state(pid) not in {"", "Z", "X"}


def children(pid: int) -> list[int]:
    """Return the ids of a process's direct children, zombies too."""
    every = (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())
    return [child for child in every if _stat(child)[1:2] == [str(pid)]]


def _stat(pid: int) -> list[str]:
    # Begins with the state: the name before it is in parentheses and may contain anything.
    try:
        text = (_PROC / str(pid) / "stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
