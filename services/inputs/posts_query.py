"""The query of a list of posts: filters, and a page where one is asked for."""

from dataclasses import dataclass
from typing import Final

from models.store.posts.post_filters import PostFilters

# By acceptance, or by date: that of the slot, else of the publication, else of the acceptance.
# A minus: the last one first.
ACCEPTED: Final = "-accepted"
SORTS: Final = (ACCEPTED, "date", "-date")


@dataclass(frozen=True, slots=True)
class PostsQuery:
    """The query of GET posts, checked; `start` and `end` as they were written, `sort` one of
    SORTS."""

    limit: int | None
    cursor: str | None
    filters: PostFilters
    start: str | None
    end: str | None
    sort: str = ACCEPTED
