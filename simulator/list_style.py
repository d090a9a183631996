"""How the lists of a workspace behave, where the provider's documents leave it open. Pure.

The documents name the filters of the list of posts, and neither their parameters nor the list's
order. So a simulator can be any of these:

| filters     | what it does with the parameters of filters                                   |
|-------------|-------------------------------------------------------------------------------|
| documented  | each filters, by the names that the simulator chose                             |
| briefings   | the same, and `search` looks in briefings too                                   |
| ignored     | they are taken, and change nothing                                              |
| refused     | it has other names for them: 400, as for every parameter that does not exist    |
| other       | the names mean something else: the profiles to leave out, the last change       |

| order       | which posts come first                                                          |
|-------------|-------------------------------------------------------------------------------|
| newest      | those that were created last                                                    |
| oldest      | those that were created first                                                   |
| timer       | those with the latest time to publish at; those without one at the end           |
| timer_first | the same, with those without one at the start                                   |
| changed     | those that were changed last                                                    |
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from simulator.list_shapes import DEFAULT_SHAPE, SHAPES

DOCUMENTED: Final = "documented"
BRIEFINGS: Final = "briefings"
IGNORED: Final = "ignored"
REFUSED: Final = "refused"
OTHER: Final = "other"
FILTERS: Final = (DOCUMENTED, BRIEFINGS, IGNORED, REFUSED, OTHER)
NEWEST: Final = "newest"
# In SQL. The order by creation needs no sorting.
ORDERS: Final[Mapping[str, str]] = {
    NEWEST: "seq DESC",
    "oldest": "seq",
    "timer": "publish_at DESC NULLS LAST, seq DESC",
    "timer_first": "publish_at DESC NULLS FIRST, seq DESC",
    "changed": "updated_at DESC, seq DESC",
}


@dataclass(frozen=True)
class ListStyle:
    """How one workspace's lists are paged, filtered and ordered."""

    shape: str = DEFAULT_SHAPE
    page_size: int = 50
    filters: str = DOCUMENTED
    order: str = NEWEST

    @property
    def has_places(self) -> bool:
        """Whether pages are asked for by number: a cursor is a place in the order of creation."""
        return not {"page", "offset"}.isdisjoint(SHAPES[self.shape].parameters)
