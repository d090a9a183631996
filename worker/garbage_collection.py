"""Python's search for cyclic garbage, in a process that publishes.

It begins after every 700 new objects, and now and then reads all modules again: that was a sixth of
the worker's CPU time, for almost no garbage. Reference counts free nearly everything.
"""

import gc

# So many more objects than were freed begin a search: a few megabytes.
NEW_OBJECTS = 10_000


def collect_less() -> None:
    """Leave out what is loaded by now, and search less often. Call this once, when the process has
    loaded its modules."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
