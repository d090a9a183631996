"""A request that waits for the provider gives back its place among those of its organization.

The web process sets `WAIT`; commands, which have no places, leave it as it is.
"""

from collections.abc import Callable
from contextvars import ContextVar

# Gives the place back; returns whether the request may wait.
WAIT: ContextVar[Callable[[], bool]] = ContextVar("wait", default=lambda: True)


def may_wait() -> bool:
    """Begin to wait: False where so many requests of the organization wait already that this one
    must be answered at once."""
    return WAIT.get()()
