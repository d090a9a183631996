"""The query of a list of posts: filters, and a page where one is asked for."""

from dataclasses import dataclass

from models.store.posts.post_filters import PostFilters


@dataclass(frozen=True, slots=True)
class PostsQuery:
    """The query of GET posts, checked; `start` and `end` as they were written."""

    limit: int | None
    cursor: str | None
    filters: PostFilters
    start: str | None
    end: str | None
