"""What another organization does meanwhile. A scenario is a module with `TITLE` and `begin(stack)`.

`begin` is a context manager: the trouble has begun inside it. It may set nothing that the calm run
does not have.
"""

from benchmarks.isolation.scenarios import due_posts, slow_sources

SCENARIOS = {"due-posts": due_posts, "slow-sources": slow_sources}
