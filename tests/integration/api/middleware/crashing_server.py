"""An API process that is killed after it has committed, before it stores its response."""

import os
import signal

from api import main
from api.middleware.idempotency import KeyLease


def _kill_process(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


KeyLease.store_response = _kill_process  # type: ignore[method-assign, assignment]
app = main.app
