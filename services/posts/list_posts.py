"""Lists of posts: all that match a query in batches, or a page with a cursor."""

import base64
import binascii
import hmac
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from models.encryption import Cipher
from models.posts import Post
from models.store.jobs import job_queue
from models.store.posts import post_queries
from models.store.posts.dated_posts import DatedPage, date_of, list_by_date
from models.store.posts.post_filters import PostFilters
from models.store.posts.post_queries import PageCursor
from models.store.tenants import social_settings
from models.task_names import JobKind
from services import presenters
from services.errors import invalid_field
from services.inputs.posts_query import ACCEPTED, PostsQuery
from services.time_input import parse_date_or_instant

DEFAULT_PAGE_SIZE = 50
# Posts in memory at a time while a whole list is read.
BATCH = 1_000
SIGNATURE_LENGTH = 16


def find_posts(
    session: Session, cipher: Cipher, organization_id: str, query: PostsQuery, *, origin: str = ""
) -> dict[str, Any]:
    """A page of the answer to GET posts, with `nextCursor`."""
    filters = _to_filters(session, organization_id, query)
    after = (
        decode_cursor(cipher, organization_id, query.cursor, query.sort)
        if query.cursor is not None
        else None
    )
    limit = query.limit or DEFAULT_PAGE_SIZE
    rows = list_page(session, organization_id, filters, query.sort, after, limit + 1)
    next_cursor = (
        encode_cursor(cipher, organization_id, rows[limit - 1], query.sort)
        if len(rows) > limit
        else None
    )
    return {
        "posts": present_posts(session, cipher, rows[:limit], origin=origin),
        "nextCursor": next_cursor,
    }


def iterate_posts(
    session: Session, cipher: Cipher, organization_id: str, query: PostsQuery, *, origin: str = ""
) -> Iterator[list[dict[str, Any]]]:
    """All posts that match, batch by batch, for GET posts without `limit` and `cursor`."""
    filters, after = _to_filters(session, organization_id, query), None
    while rows := list_page(session, organization_id, filters, query.sort, after, BATCH):
        yield present_posts(session, cipher, rows, origin=origin)
        after = _position(rows[-1], query.sort)
        if len(rows) < BATCH:
            return


def list_page(
    session: Session,
    organization_id: str,
    filters: PostFilters,
    sort: str,
    after: PageCursor | None,
    limit: int,
) -> list[Post]:
    """The rows of a page, in this order."""
    if sort == ACCEPTED:
        return post_queries.list_page(session, organization_id, filters, after, limit)
    page = DatedPage(after, limit, is_ascending=sort == "date")
    return list_by_date(session, organization_id, filters, page)


def _position(post: Post, sort: str) -> PageCursor:
    return PageCursor(post.accepted_at if sort == ACCEPTED else date_of(post), post.id)


def _to_filters(session: Session, organization_id: str, query: PostsQuery) -> PostFilters:
    """The query as filters of the store; dates are read in the organization's default zone."""
    zone = "UTC"
    if query.start is not None or query.end is not None:
        zone = social_settings.read_settings(session, organization_id).default_timezone
    start = parse_date_or_instant("from", query.start, zone) if query.start is not None else None
    end = (
        parse_date_or_instant("to", query.end, zone, is_end=True) if query.end is not None else None
    )
    if start is not None and end is not None and end <= start:
        raise invalid_field("to", "must lie after from")
    return replace(query.filters, start=start, end=end)


def present_posts(
    session: Session, cipher: Cipher, rows: list[Post], *, origin: str = ""
) -> list[dict[str, Any]]:
    """Posts in the shape of GET posts; links to uploaded files begin with `origin`."""
    ids = [row.id for row in rows]
    job_ids = job_queue.ids_of(session, JobKind.POST, ids)
    media = post_queries.load_media(session, ids)
    deliveries = post_queries.load_deliveries(session, ids)
    return [
        presenters.present_post(
            row, job_ids.get(row.id), media[row.id], deliveries[row.id], cipher, origin=origin
        )
        for row in rows
    ]


def encode_cursor(cipher: Cipher, organization_id: str, last: Post, sort: str = ACCEPTED) -> str:
    """An opaque cursor for the page after this post; signed, so that nobody can make one up."""
    at = _position(last, sort).at
    position = f"{at.isoformat()}/{last.id}"
    text = f"{position}/{_cursor_signature(cipher, organization_id, sort, position)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(
    cipher: Cipher, organization_id: str, text: str, sort: str = ACCEPTED
) -> PageCursor:
    """The position of a cursor; ValidationFailed where this organization did not get it from us, or
    for a list in another order."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        position, _, signature = (
            base64.b64decode(padded, b"-_", validate=True).decode().rpartition("/")
        )
        expected = _cursor_signature(cipher, organization_id, sort, position)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise invalid_field("cursor", "is not a nextCursor of this organization's posts")
        at, _, post_id = position.partition("/")
        return PageCursor(datetime.fromisoformat(at), post_id)
    except (binascii.Error, ValueError):
        raise invalid_field("cursor", "is not a nextCursor of this organization's posts") from None


def _cursor_signature(cipher: Cipher, organization_id: str, sort: str, position: str) -> str:
    order = "" if sort == ACCEPTED else f"{sort}:"
    return cipher.keyed_hash(f"cursor/1:{organization_id}/{order}{position}")[:SIGNATURE_LENGTH]
