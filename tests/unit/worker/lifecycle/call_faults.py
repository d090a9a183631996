"""The faults that one call can have, for the model of a provider."""

from enum import StrEnum


class CallFault(StrEnum):
    """What happens to one call."""

    NO_FAULT = "fine"
    LOST = "lost"  # it was done, and the answer did not come
    NOTHING = "nothing"  # it was not done, and the answer did not come
    LATE = "late"  # the answer did not come, and it is done a little later
    UNREACHED = "unreached"  # it was never sent
    BUSY = "busy"
    BUSY_LONG = "busy_long"
    REFUSED = "refused"
    STALL = "stall"  # the worker freezes before the call, and makes it much later
    STALL_LONG = "stall_long"
    STALL_DAYS = "stall_days"
    DEATH_BEFORE = "death_before"  # the worker dies before the call, or
    DEATH_AFTER = "death_after"  # after it, before anything was written


class WorkerKilled(Exception):
    """The worker is killed at this point."""
