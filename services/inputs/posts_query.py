"""The query of a list of posts: filters, and a page where one is asked for."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PostsQuery:
    """The query of GET posts, checked; `start` and `end` as they were written."""

    limit: int | None
    cursor: str | None
    statuses: tuple[str, ...]
    platform: str | None
    post_type: str | None
    account_id: str | None
    start: str | None
    end: str | None
    search: str | None
