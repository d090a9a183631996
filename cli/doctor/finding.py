"""What a check found."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: whether it is well (None: it could not be told), what was found, and the mend:
    what to run or to set. A mend beside something that is well is only advice."""

    check: str
    ok: bool | None
    message: str
    mend: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"check": self.check, "ok": self.ok, "message": self.message, "mend": self.mend}


def well(check: str, message: str, advice: str | None = None) -> Finding:
    """Nothing has to be done."""
    return Finding(check, ok=True, message=message, mend=advice)


def ill(check: str, message: str, mend: str) -> Finding:
    """Something has to be done."""
    return Finding(check, ok=False, message=message, mend=mend)


def untold(check: str, message: str) -> Finding:
    """Another check says what has to be done first."""
    return Finding(check, ok=None, message=message)
