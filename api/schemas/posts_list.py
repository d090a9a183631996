"""The query parameters of GET posts, and its answer."""

from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from api.schemas.actors import ACTOR, Actor
from models.statuses import PostStatus, ReviewState
from models.store.posts.needs import Need
from models.store.posts.post_filters import PostFilters
from services.inputs.field_types import Text
from services.inputs.filter_values import (
    NETWORKS,
    POST_TYPES,
    STATUSES,
    read_choices,
    read_values,
)
from services.inputs.posts_query import ACCEPTED, SORTS, PostsQuery

Short = Annotated[Text, Field(max_length=200)]
Values = list[Annotated[Text, Field(max_length=1_000)]] | None
# The posts of the inbox.
ATTENTION: Final = "attention"
ANY: Final = "repeated or with commas for any of several."


def parse_posts_query(  # noqa: PLR0913, PLR0917  (each is a parameter of the query)
    limit: Annotated[int | None, Query(ge=1, le=500, description="Posts a page.")] = None,
    cursor: Annotated[Short | None, Query(description="`nextCursor` of the page before.")] = None,
    q: Annotated[
        Short | None,
        Query(
            description="Words that are all in the caption, title, versions, thread or labels, in "
            "any case."
        ),
    ] = None,
    network: Annotated[Values, Query(description=f"Posts for one of these networks; {ANY}")] = None,
    account: Annotated[
        Values, Query(description=f"Posts on one of these accounts, by their ids; {ANY}")
    ] = None,
    status: Annotated[Values, Query(description=f"In one of these; {ANY}")] = None,
    type_: Annotated[Values, Query(alias="type", description=f"One of these; {ANY}")] = None,
    label: Annotated[
        Values, Query(description=f"With one of these labels, in any case; {ANY}")
    ] = None,
    needs: Annotated[
        Values,
        Query(
            description="What it needs a person for, until somebody acknowledges it; `attention` "
            f"for anything; {ANY}"
        ),
    ] = None,
    start: Annotated[
        Short | None,
        Query(alias="from", description="`scheduledFor` at or after this instant or local date."),
    ] = None,
    end: Annotated[
        Short | None,
        Query(alias="to", description="`scheduledFor` before this instant, or on this date yet."),
    ] = None,
    sort: Annotated[
        Short | None,
        Query(
            description="`-accepted` (the default), `date` or `-date`: by slot, else publication, "
            "else acceptance; a minus means the last one first."
        ),
    ] = None,
    platform: Annotated[Short | None, Query(description="One network, as `network`.")] = None,
    post_type: Annotated[
        Short | None, Query(alias="postType", description="One type, as `type`.")
    ] = None,
    account_id: Annotated[
        Short | None, Query(alias="accountId", description="One account, as `account`.")
    ] = None,
    search: Annotated[Short | None, Query(description="As `q`.")] = None,
) -> PostsQuery:
    """The query of GET posts; ValidationFailed names the wrong parameter."""
    filters = PostFilters(
        text=f"{q or ''} {search or ''}",
        networks=read_choices("network", network, NETWORKS)
        + read_choices("platform", _one(platform), NETWORKS),
        accounts=read_values("account", account) + read_values("accountId", _one(account_id)),
        statuses=read_choices("status", status, STATUSES),
        types=read_choices("type", type_, POST_TYPES)
        + read_choices("postType", _one(post_type), POST_TYPES),
        labels=read_values("label", label),
        needs=_read_needs(needs),
    )
    (order,) = read_choices("sort", _one(sort), SORTS) or (ACCEPTED,)
    return PostsQuery(limit, cursor, filters, start, end, order)


def _read_needs(values: Values) -> tuple[str, ...]:
    """What is meant: `attention` is all of them."""
    found = read_choices("needs", values, (ATTENTION, *Need))
    return tuple(Need) if ATTENTION in found else found


def _one(text: str | None) -> list[str]:
    """The value of a parameter that may be left out."""
    return [] if text is None else [text]


POST: dict[str, Any] = {
    "id": "0198c0ffee007000800000000000cafe",
    "status": "scheduled",
    "title": None,
    "caption": "Hello",
    "platforms": ["facebook"],
    "createdAt": "2026-04-27T12:00:00.000Z",
    "createdBy": ACTOR,
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
    createdBy: Actor | None
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
    # Only where it has some.
    labels: list[str] | None = None
    # Only where somebody has decided on its approval.
    review: Review | None = None
    # Only where somebody left the post as it is.
    acknowledgedAt: str | None = None
    acknowledgedBy: str | None = None


class PostsAnswer(BaseModel):
    """The posts, most recent first unless `sort` says otherwise; `nextCursor` only where `limit` or
    `cursor` was given, null on the last page."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"posts": [POST], "nextCursor": None}]}
    )

    posts: list[ListedPost]
    nextCursor: str | None = None
