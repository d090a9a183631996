"""The result of one check of `slotbeat doctor`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Whether a check passed (None: it could not run), what it found, and the fix: what to run or
    to set. The fix of a check that passed is only advice."""

    name: str
    ok: bool | None
    message: str
    fix: str | None = None
    # The system is in order, and yet a person has something to do.
    needs_person: bool = False

    def as_json(self) -> dict[str, Any]:
        """The result as JSON, where the fix is called `mend`."""
        return {"check": self.name, "ok": self.ok, "message": self.message, "mend": self.fix}


def pass_check(name: str, message: str, fix: str | None = None) -> CheckResult:
    """A check that passed."""
    return CheckResult(name, ok=True, message=message, fix=fix)


def fail_check(name: str, message: str, fix: str) -> CheckResult:
    """A check that failed: a person has to apply the fix."""
    return CheckResult(name, ok=False, message=message, fix=fix)


def skip_check(name: str, message: str) -> CheckResult:
    """A check that could not run, because another one failed."""
    return CheckResult(name, ok=None, message=message)
