"""The request header `Prefer: wait=N`: how long a caller waits for the provider (RFC 7240)."""

import re
from collections.abc import Sequence

MAX_WAIT = 60
_WAIT = re.compile(r'wait\s*=\s*"?([0-9]{1,9})"?\s*(;.*)?', re.IGNORECASE | re.DOTALL)


def parse_wait(headers: Sequence[str]) -> int | None:
    """The seconds of the first `wait` in these Prefer headers, 60 at most. None without one,
    or where the first one is malformed."""
    for preference in ",".join(headers).split(","):
        name = re.split("[=;]", preference, maxsplit=1)[0]
        if name.strip().lower() == "wait":
            found = _WAIT.fullmatch(preference.strip())
            return min(int(found[1]), MAX_WAIT) if found else None
    return None
