"""The secret token of an organization's iCalendar feed, and the feed's contents."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.organizations import Organization
from models.store.posts import history, post_queries
from models.store.tenants import organizations, social_settings
from services.calendar.icalendar_feed import (
    LOOKAHEAD,
    LOOKBACK,
    MAX_POSTS,
    FeedEntry,
    build_entry,
    is_shown,
)

TOKEN_PREFIX = "sbf_"  # noqa: S105  (the prefix of every token)


@dataclass(frozen=True, slots=True)
class FeedContents:
    """The posts of an organization's feed at one moment."""

    organization_id: str
    name: str
    entries: list[FeedEntry]


def renew_token(session: Session, organization_id: str) -> str:
    """Make a new token and return it in clear; the previous one stops working."""
    social_settings.lock_organization(session, organization_id)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    organizations.set_feed_token(session, organization_id, token)
    return token


def revoke_token(session: Session, organization_id: str) -> None:
    """Remove the token, which closes the feed; harmless to repeat."""
    social_settings.lock_organization(session, organization_id)
    organizations.set_feed_token(session, organization_id, None)


def find_owner_id(session: Session, token: str) -> str | None:
    """The organization of the feed with this token; None where the token is unknown."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    owner = organizations.find_by_feed_token(session, token)
    return owner.id if owner else None


def load_feed(session: Session, token: str, now: datetime) -> FeedContents | None:
    """The contents of the feed with this token; None where the token is unknown."""
    if not token.startswith(TOKEN_PREFIX):
        return None
    owner = organizations.find_by_feed_token(session, token)
    return FeedContents(owner.id, owner.name, _load_entries(session, owner, now)) if owner else None


def _load_entries(session: Session, owner: Organization, now: datetime) -> list[FeedEntry]:
    posts = post_queries.list_nearest(
        session, owner.id, now - LOOKBACK, now, now + LOOKAHEAD, MAX_POSTS
    )
    ids = [post.id for post in posts]
    deliveries = post_queries.load_deliveries(session, ids)
    changed = history.last_changes(session, ids)
    entries = (build_entry(post, deliveries[post.id], changed.get(post.id)) for post in posts)
    return [entry for entry in entries if is_shown(entry, now)]
