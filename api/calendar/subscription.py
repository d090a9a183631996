"""Who may read an organization's feed, and what it holds now."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from api.calendar.feed import AHEAD, BACK, MOST, Entry, entry
from models.organizations import Organization
from models.store import agenda, listing, seats

TOKEN_PREFIX = "sbf_"  # noqa: S105  (what every token begins with)


@dataclass(frozen=True, slots=True)
class Contents:
    """An organization's feed, as of now."""

    organization_id: str
    name: str
    entries: list[Entry]


def renew(session: Session, organization_id: str) -> str:
    """A new token in clear; the one before opens nothing any more."""
    seats.lock_organization(session, organization_id)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    agenda.set_feed_token(session, organization_id, token)
    return token


def take_away(session: Session, organization_id: str) -> None:
    """Close the feed; harmless to repeat."""
    seats.lock_organization(session, organization_id)
    agenda.set_feed_token(session, organization_id, None)


def contents(session: Session, token: str, now: datetime) -> Contents | None:
    """What the feed of this token holds; None for a token that opens nothing."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    owner = agenda.find_by_feed_token(session, token)
    return Contents(owner.id, owner.name, _entries(session, owner, now)) if owner else None


def _entries(session: Session, owner: Organization, now: datetime) -> list[Entry]:
    posts = listing.list_nearest(session, owner.id, now - BACK, now, now + AHEAD, MOST)
    ids = [post.id for post in posts]
    deliveries = listing.load_deliveries(session, ids)
    changed = agenda.last_changes(session, ids)
    return [entry(post, deliveries[post.id], changed.get(post.id)) for post in posts]
