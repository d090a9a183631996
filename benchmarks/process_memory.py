"""Memory of a process, from /proc (Linux).

It imports nothing of the tests: a measured process imports it, and would measure that too.
"""

from pathlib import Path


def peak_bytes() -> int:
    """The most RAM that this process had so far (bytes)."""
    return _kibibytes("self", "VmHWM") * 1024


def resident_bytes(pid: int) -> int:
    """The RAM of a process now (bytes)."""
    return _kibibytes(str(pid), "VmRSS") * 1024


def _kibibytes(process: str, field: str) -> int:
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    line = next(each for each in lines if each.startswith(f"{field}:"))
    return int(line.split()[1])
