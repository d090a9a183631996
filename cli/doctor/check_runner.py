"""Checks side by side, each within a limit of time; one that fails stops no other."""

import threading
import time
from collections.abc import Callable, Mapping

from cli.doctor.check_result import CheckResult, fail_check

Check = Callable[[], CheckResult]


def run_checks(checks: Mapping[str, Check], timeout: float) -> list[CheckResult]:
    """What each found, in their order; `limit` (s) is for all together."""
    results: dict[str, CheckResult] = {}
    # Nobody waits for these threads when the command ends: some libraries know no limit.
    threads = [
        threading.Thread(target=_run_check, args=(name, check, results), name=name, daemon=True)
        for name, check in checks.items()
    ]
    end = time.monotonic() + timeout
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    return [results.get(name) or _fail_timeout(name, timeout) for name in checks]


def _run_check(name: str, check: Check, results: dict[str, CheckResult]) -> None:
    try:
        results[name] = check()
    except Exception as error:  # noqa: BLE001  (whatever it is, the others go on)
        message = " ".join(str(error).split())
        fix = "see what this says; the other checks went on"
        results[name] = fail_check(
            name, f"the check itself failed: {type(error).__name__}: {message}", fix
        )


def _fail_timeout(name: str, timeout: float) -> CheckResult:
    fix = "look whether a firewall or an overloaded server is in the way"
    return fail_check(name, f"did not answer within {timeout:g} s", fix)
