"""What the panel of a post shows: the post with its history, its files, and what may be asked."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from sqlmodel import Session

from media.stored_urls import is_stored_url
from models.encryption import Cipher
from models.posts import Media, Post
from models.store import clock
from models.store.posts import posts
from models.store.posts.post_changes import LockedPost
from models.store.tenants import accounts, social_settings
from scheduler.seating.free_seats import next_free_slots
from services.context import AppContext
from services.errors import NotFound
from services.posts.allowed_actions import AllowedActions, PostAction, find_allowed_actions
from services.posts.lookup import PostWithSettings
from services.posts.post_details import load_post_details

# How many slots one may choose from.
MAX_OFFERED_SLOTS = 30


@dataclass(frozen=True, slots=True)
class FileLink:
    """One file of a post. `address`: where a browser finds it; None where nobody has it now."""

    name: str
    address: str | None
    status: str
    error: str | None


@dataclass(frozen=True, slots=True)
class PostPanel:
    """`post` is as the API shows it; `accounts`: names by id; `slots`: free ones to move to."""

    post: dict[str, Any]
    mode: str
    late_at: datetime | None
    files: list[FileLink]
    accounts: dict[str, str]
    allowed_actions: frozenset[PostAction]
    blocked_reason: str | None
    slots: list[datetime]

    @property
    def tag(self) -> str:
        """Another one whenever something of it is shown otherwise."""
        told = json.dumps(asdict(self), default=str, sort_keys=True)
        return hashlib.blake2b(told.encode(), digest_size=12).hexdigest()

    @property
    def actions_tag(self) -> str:
        """The same of what may be asked."""
        return "-".join(sorted(self.allowed_actions)) or "none"


def load_post(context: AppContext, organization_id: str, post_id: str) -> PostPanel:
    """The facts of a post; 404 where the organization has no such post."""
    with context.database.read() as session:
        return _load_post(session, context, organization_id, post_id)


def _load_post(
    session: Session, context: AppContext, organization_id: str, post_id: str
) -> PostPanel:
    row = posts.get(session, organization_id, post_id)
    if row is None:
        raise NotFound("there is no such post")
    media, deliveries = posts.load_parts(session, [post_id])
    settings = social_settings.read_settings(session, organization_id)
    found = PostWithSettings(settings, LockedPost(row, deliveries[post_id]))
    now = clock.now(session)
    what = find_allowed_actions(context, found, now)
    return PostPanel(
        post=load_post_details(session, context.cipher, organization_id, post_id),
        mode=row.publish_mode,
        late_at=row.late_at,
        files=_files(media[post_id], context.cipher),
        accounts=_account_names(session, row),
        allowed_actions=what.actions,
        blocked_reason=what.blocked_reason,
        slots=_free_slots(session, context, found, what, now),
    )


def _files(rows: Sequence[Media], cipher: Cipher) -> list[FileLink]:
    return [_file(row, cipher.decrypt(row.source_url)) for row in rows]


def _file(row: Media, link: str) -> FileLink:
    name = unquote(PurePosixPath(urlsplit(link).path).name) or f"file {row.position + 1}"
    if is_stored_url(link):
        address = f"/media/{row.stored_file_id}" if row.stored_file_id else None
    else:
        address = link if link.startswith(("https://", "http://")) else None
    return FileLink(name, address, row.status, row.error)


def _account_names(session: Session, post: Post) -> dict[str, str]:
    rows = accounts.list_accounts(session, post.workspace_id)
    return {row.id: row.name or row.username or row.platform for row in rows}


def _free_slots(
    session: Session,
    context: AppContext,
    found: PostWithSettings,
    what: AllowedActions,
    now: datetime,
) -> list[datetime]:
    if PostAction.MOVE not in what.actions:
        return []
    free = next_free_slots(session, found.settings, now, context.scheduling, MAX_OFFERED_SLOTS)
    return [at for at in free if at != found.post.scheduled_for]
