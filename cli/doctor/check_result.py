"""What a check found."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check: whether it is well (None: it could not be told), what was found, and the mend:
    what to run or to set. A mend beside something that is well is only advice."""

    name: str
    ok: bool | None
    message: str
    fix: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return {"check": self.name, "ok": self.ok, "message": self.message, "mend": self.fix}


def pass_check(name: str, message: str, fix: str | None = None) -> CheckResult:
    """Nothing has to be done."""
    return CheckResult(name, ok=True, message=message, fix=fix)


def fail_check(name: str, message: str, fix: str) -> CheckResult:
    """Something has to be done."""
    return CheckResult(name, ok=False, message=message, fix=fix)


def skip_check(name: str, message: str) -> CheckResult:
    """Another check says what has to be done first."""
    return CheckResult(name, ok=None, message=message)
