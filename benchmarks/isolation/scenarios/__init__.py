"""What another organization does meanwhile. A scenario is a module with `TITLE` and `begin(stack)`,
and with `seconds(stack, timeout)` where no post is measured but something else.

`begin` is a context manager: the trouble has begun inside it. It may set nothing that the calm run
does not have.
"""

from benchmarks.isolation.scenarios import due_posts, mute_webhooks, silent_names, slow_sources

SCENARIOS = {
    "due-posts": due_posts,
    "slow-sources": slow_sources,
    "mute-webhooks": mute_webhooks,
    "silent-names": silent_names,
}
# It needs a machine whose name server is silent, so it is run by naming it.
DEFAULT = [name for name in SCENARIOS if name != "silent-names"]
