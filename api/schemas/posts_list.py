"""The query parameters of GET posts, and its answer."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from models.statuses import PostStatus, ReviewState
from services.errors import invalid_field
from services.inputs.field_types import PLATFORMS, Text
from services.inputs.posts_query import PostsQuery

POST_TYPES = ("video", "photo", "text", "document")
Short = Annotated[Text, Field(max_length=200)]


def parse_posts_query(  # noqa: PLR0913, PLR0917  (each is a parameter of the query)
    limit: Annotated[int | None, Query(ge=1, le=500, description="Posts a page.")] = None,
    cursor: Annotated[Short | None, Query(description="`nextCursor` of the page before.")] = None,
    status: Annotated[
        list[Short] | None, Query(description="One or more, repeated or with commas.")
    ] = None,
    platform: Annotated[Short | None, Query(description="Posts for this network.")] = None,
    post_type: Annotated[Short | None, Query(alias="postType")] = None,
    account_id: Annotated[
        Short | None, Query(alias="accountId", description="Posts on this account.")
    ] = None,
    start: Annotated[
        Short | None,
        Query(alias="from", description="`scheduledFor` at or after this instant or local date."),
    ] = None,
    end: Annotated[
        Short | None,
        Query(alias="to", description="`scheduledFor` before this instant, or on this date yet."),
    ] = None,
    search: Annotated[Short | None, Query(description="Part of the caption, in any case.")] = None,
) -> PostsQuery:
    """The query of GET posts; ValidationFailed names the wrong parameter."""
    names = (name.strip() for text in status or [] for name in text.split(","))
    statuses = tuple(name for name in names if name)
    for name in statuses:
        _check_choice("status", name, tuple(PostStatus))
    if platform is not None:
        _check_choice("platform", platform, PLATFORMS)
    if post_type is not None:
        _check_choice("postType", post_type, POST_TYPES)
    return PostsQuery(limit, cursor, statuses, platform, post_type, account_id, start, end, search)


def _check_choice(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise invalid_field(field, f"{value!r} is unknown; choose from {', '.join(allowed)}")


POST: dict[str, Any] = {
    "id": "0198c0ffee007000800000000000cafe",
    "status": "scheduled",
    "title": None,
    "caption": "Hello",
    "platforms": ["facebook"],
    "createdAt": "2026-04-27T12:00:00.000Z",
    "scheduledFor": "2026-05-01T15:00:00.000Z",
    "providerJobId": "0198c0ffee007000800000000000beef",
    "previewUrl": None,
    "thumbnailUrl": None,
    "providerError": None,
    "providerPlatforms": [],
    "providerLastEvent": None,
    "isPublishedOnPlatform": False,
    "version": 1,
}


class ListedThreadItem(BaseModel):
    """A text that follows a post, with its files as the request gave them; null for an uploaded
    file that is gone."""

    text: str
    photoUrls: list[str | None] | None = None
    videoUrl: str | None = None
    altTexts: list[str] | None = None


class Review(BaseModel):
    """The last decision on a post that waited for approval. Where changes were asked for, the
    post's status says whether it was submitted again since."""

    state: ReviewState
    comment: str | None
    by: str | None
    at: str


class ListedPost(BaseModel):
    """A post in a list."""

    model_config = ConfigDict(json_schema_extra={"examples": [POST]})

    id: str
    status: PostStatus
    title: str | None
    caption: str
    platforms: list[str]
    createdAt: str | None
    scheduledFor: str | None
    providerJobId: str | None
    previewUrl: str | None
    thumbnailUrl: str | None
    providerError: str | None
    providerPlatforms: list[dict[str, Any]]
    providerLastEvent: str | None
    isPublishedOnPlatform: bool
    version: int
    # Only where a photo has one: a text for each photo, in order, empty where it has none.
    altTexts: list[str] | None = None
    # Only where it has some: what is different for a network or account.
    versions: dict[str, dict[str, Any]] | None = None
    # Only where others follow it.
    thread: list[ListedThreadItem] | None = None
    # Only where somebody has decided on its approval.
    review: Review | None = None
    # Only where somebody left the post as it is.
    acknowledgedAt: str | None = None
    acknowledgedBy: str | None = None


class PostsAnswer(BaseModel):
    """The posts, most recent first; `nextCursor` only where `limit` or `cursor` was given, null
    on the last page."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"posts": [POST], "nextCursor": None}]}
    )

    posts: list[ListedPost]
    nextCursor: str | None = None
