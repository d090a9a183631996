"""Posts as lists show them, a page at a time where that is asked for."""

import base64
import binascii
import hmac
from datetime import datetime
from typing import Any

from sqlmodel import Session

from api import answers
from api.calendar.ranges import instant
from api.errors import wrong
from api.schemas.posts_list import Wanted
from models.posts import Post
from models.store import jobs, listing, seats
from models.store.listing import PageCursor, PostFilters
from models.task_names import JobKind
from models.vault import Cipher

PAGE = 50
SEAL_LENGTH = 16


def answer(
    session: Session, vault: Cipher, organization_id: str, wanted: Wanted, *, origin: str = ""
) -> dict[str, Any]:
    """The answer to GET posts: all that are wanted, or a page with `nextCursor`."""
    filters = _filters(session, organization_id, wanted)
    if wanted.limit is None and wanted.cursor is None:
        rows = listing.list_page(session, organization_id, filters)
        return {"posts": shown(session, vault, rows, origin=origin)}
    behind = opened(vault, organization_id, wanted.cursor) if wanted.cursor is not None else None
    limit = wanted.limit or PAGE
    rows = listing.list_page(session, organization_id, filters, behind, limit + 1)
    more = cursor(vault, organization_id, rows[limit - 1]) if len(rows) > limit else None
    return {"posts": shown(session, vault, rows[:limit], origin=origin), "nextCursor": more}


def _filters(session: Session, organization_id: str, wanted: Wanted) -> PostFilters:
    """Dates are those of the organization's zone."""
    zone = "UTC"
    if wanted.start is not None or wanted.end is not None:
        zone = seats.read_settings(session, organization_id).default_timezone
    start = instant("from", wanted.start, zone) if wanted.start is not None else None
    end = instant("to", wanted.end, zone, is_end=True) if wanted.end is not None else None
    if start is not None and end is not None and end <= start:
        raise wrong("to", "must lie after from")
    return PostFilters(
        statuses=wanted.statuses,
        platform=wanted.platform,
        account_id=wanted.account_id,
        post_type=wanted.post_type,
        start=start,
        end=end,
        search=wanted.search,
    )


def shown(
    session: Session, vault: Cipher, rows: list[Post], *, origin: str = ""
) -> list[dict[str, Any]]:
    """Posts in the shape of GET posts; links to files of ours begin with `origin`."""
    ids = [row.id for row in rows]
    job_ids = jobs.ids_of(session, JobKind.POST, ids)
    media = listing.load_media(session, ids)
    deliveries = listing.load_deliveries(session, ids)
    return [
        answers.post(
            row, job_ids.get(row.id), media[row.id], deliveries[row.id], vault, origin=origin
        )
        for row in rows
    ]


def cursor(vault: Cipher, organization_id: str, last: Post) -> str:
    """An opaque text for the place behind a post; sealed, so that nobody writes one himself."""
    place = f"{last.accepted_at.isoformat()}/{last.id}"
    text = f"{place}/{_seal(vault, organization_id, place)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def opened(vault: Cipher, organization_id: str, text: str) -> PageCursor:
    """The place that a cursor stands for; Invalid where it is not one of ours."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        place, _, seal = base64.b64decode(padded, b"-_", validate=True).decode().rpartition("/")
        if not hmac.compare_digest(seal.encode(), _seal(vault, organization_id, place).encode()):
            raise wrong("cursor", "is not a nextCursor of this organization's posts")
        at, _, post_id = place.partition("/")
        return PageCursor(datetime.fromisoformat(at), post_id)
    except (binascii.Error, ValueError):
        raise wrong("cursor", "is not a nextCursor of this organization's posts") from None


def _seal(vault: Cipher, organization_id: str, place: str) -> str:
    return vault.keyed_hash(f"cursor/1:{organization_id}/{place}")[:SEAL_LENGTH]
