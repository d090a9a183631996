"""Runs checks in parallel with a common timeout; a check that fails does not stop the others."""

import threading
import time
from collections.abc import Callable, Mapping

from cli.doctor.check_result import CheckResult, fail_check

Check = Callable[[], CheckResult]


def run_checks(checks: Mapping[str, Check], timeout: float) -> list[CheckResult]:
    """The results in the order of the checks; `timeout` (s) is for all of them together."""
    results: dict[str, CheckResult] = {}
    # Daemon threads: the command can end without them, as some libraries have no timeout.
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
    except Exception as error:  # noqa: BLE001  (any error; the others go on)
        message = " ".join(str(error).split())
        fix = "read this error; the other checks were not affected"
        results[name] = fail_check(
            name, f"the check itself failed: {type(error).__name__}: {message}", fix
        )


def _fail_timeout(name: str, timeout: float) -> CheckResult:
    fix = "check whether a firewall or an overloaded server is the cause"
    return fail_check(name, f"did not answer within {timeout:g} s", fix)
