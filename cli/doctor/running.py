"""Checks side by side, each within a limit of time; one that fails stops no other."""

import threading
import time
from collections.abc import Callable, Mapping

from cli.doctor.finding import Finding, ill

Check = Callable[[], Finding]


def run(checks: Mapping[str, Check], limit: float) -> list[Finding]:
    """What each found, in their order; `limit` (s) is for all together."""
    found: dict[str, Finding] = {}
    # Nobody waits for these threads when the command ends: some libraries know no limit.
    threads = [
        threading.Thread(target=_look, args=(name, check, found), name=name, daemon=True)
        for name, check in checks.items()
    ]
    end = time.monotonic() + limit
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(end - time.monotonic(), 0))
    return [found.get(name) or _late(name, limit) for name in checks]


def _look(name: str, check: Check, found: dict[str, Finding]) -> None:
    try:
        found[name] = check()
    except Exception as error:  # noqa: BLE001  (whatever it is, the others go on)
        words = " ".join(str(error).split())
        mend = "see what this says; the other checks went on"
        found[name] = ill(name, f"the check itself failed: {type(error).__name__}: {words}", mend)


def _late(name: str, limit: float) -> Finding:
    mend = "look whether a firewall or an overloaded server is in the way"
    return ill(name, f"did not answer within {limit:g} s", mend)
