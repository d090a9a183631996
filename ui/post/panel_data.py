"""Reads what a post's panel shows: the post, its history and files, and the allowed actions."""

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
from models.statuses import MediaStatus, PostStatus
from models.store import clock
from models.store.posts import posts, uploads
from models.store.posts.post_changes import LockedPost
from models.store.tenants import accounts, social_settings
from scheduler.seating.free_seats import next_free_slots
from services.context import AppContext
from services.errors import NotFound
from services.post_validation.platform_fields import FIELD_PREFIX
from services.post_validation.title_fields import TITLE_FIELDS
from services.posts.allowed_actions import AllowedActions, PostAction, find_allowed_actions
from services.posts.load_progress import parse_progress
from services.posts.lookup import PostWithSettings
from services.posts.post_details import load_post_details
from services.posts.post_story import Event
from services.posts.post_warnings import warnings_by_post
from services.posts.progress import Progress, join_lines
from ui.post.account_rows import AccountRow, account_rows
from ui.post.post_history import story_of
from ui.post.post_words import Words, words_of
from ui.sign_in.visitor import Visitor

# Networks on which a post has a title beside its text.
TITLED = frozenset({*TITLE_FIELDS, "wordpress"})


@dataclass(frozen=True, slots=True)
class FileLink:
    """One file of a post. `url`: where a browser finds it; None if it is gone. `alt_text`: empty
    where there is none. `thread_part`: the text that it belongs to, 0 for the post itself."""

    name: str
    url: str | None
    status: str
    error: str | None
    alt_text: str
    thread_part: int = 0


@dataclass(frozen=True, slots=True)
class PostPanel:
    """`post`: the API's body. `doing`: what it does now. `accounts`: one row each. `words`: what it
    says, for each network. `story`: its history for people. `next_slot`: the first free one, of a
    draft. `has_photos`: whether its files are photos. `takes_title`: whether a network of it has
    titles. `warnings`: sentences by the platform field
    that will not be sent.
    """

    post: dict[str, Any]
    mode: str
    late_at: datetime | None
    published_at: datetime | None
    files: list[FileLink]
    doing: list[Progress]
    accounts: list[AccountRow]
    words: list[Words]
    story: list[Event]
    allowed_actions: frozenset[PostAction]
    blocked_reason: str | None
    next_slot: datetime | None
    has_photos: bool
    takes_title: bool
    warnings: dict[str, str]

    @property
    def alt_texts(self) -> list[str]:
        """The alt text of each file of the post itself, empty where it has none."""
        return [each.alt_text for each in self.files_of(0)]

    def files_of(self, thread_part: int) -> list[FileLink]:
        """The files of one text: 0 is the post itself, n the n-th text of its thread."""
        return [each for each in self.files if each.thread_part == thread_part]

    @property
    def etag(self) -> str:
        """A hash of everything that the panel shows."""
        text = json.dumps(asdict(self), default=str, sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()

    @property
    def actions_key(self) -> str:
        """The allowed actions as one text: it changes whenever they do."""
        return "-".join(sorted(self.allowed_actions)) or "none"


def load_post(context: AppContext, visitor: Visitor, post_id: str) -> PostPanel:
    """Load a post's panel; NotFound if the organization has no such post."""
    with context.database.read() as session:
        return _load_post(session, context, visitor, post_id)


def _load_post(session: Session, context: AppContext, visitor: Visitor, post_id: str) -> PostPanel:
    organization_id = visitor.organization_id
    row = posts.get(session, organization_id, post_id)
    if row is None:
        raise NotFound("there is no such post")
    media, deliveries = posts.load_parts(session, [post_id])
    settings = social_settings.read_settings(session, organization_id)
    post = PostWithSettings(settings, LockedPost(row, deliveries[post_id]))
    now = clock.now(session)
    allowed = find_allowed_actions(context, post, now)
    details = load_post_details(session, context.cipher, organization_id, post_id)
    names, files = (
        _account_names(session, row),
        _files(session, media[post_id], context.cipher, visitor.base),
    )
    own_files = sum(each.thread_part == 0 for each in files)
    return PostPanel(
        post=details,
        mode=row.publish_mode,
        late_at=row.late_at,
        published_at=row.published_at,
        files=files,
        doing=join_lines(parse_progress(details)),
        accounts=account_rows(details, names),
        words=words_of(row, deliveries[post_id], names, own_files),
        story=story_of(details, deliveries[post_id]),
        allowed_actions=allowed.actions,
        blocked_reason=allowed.blocked_reason,
        next_slot=_next_slot(session, context, post, allowed, now),
        has_photos=row.post_type == "photo",
        takes_title=bool(row.title) or not TITLED.isdisjoint(row.platforms),
        warnings=_warnings(session, row),
    )


def _warnings(session: Session, row: Post) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in warnings_by_post(session, [row])[row.id]:
        name = each["field"].rpartition(FIELD_PREFIX)[2]
        found[name] = "; ".join(filter(None, (found.get(name), each["message"])))
    return found


def _files(session: Session, rows: Sequence[Media], cipher: Cipher, base: str) -> list[FileLink]:
    states = uploads.load_states(session, [row.post_id for row in rows[:1]])
    new: tuple[MediaStatus, str | None] = (MediaStatus.NEW, None)
    return [
        _file(row, cipher.decrypt(row.source_url), base, *states.get(row.id, new)) for row in rows
    ]


def _file(row: Media, source: str, base: str, status: MediaStatus, error: str | None) -> FileLink:
    name = unquote(PurePosixPath(urlsplit(source).path).name) or f"file {row.position + 1}"
    if is_stored_url(source):
        url = f"{base}/media/{row.stored_file_id}" if row.stored_file_id else None
    else:
        url = source if source.startswith(("https://", "http://")) else None
    return FileLink(name, url, status, error, row.alt_text or "", row.thread_part)


def _account_names(session: Session, post: Post) -> dict[str, str]:
    rows = accounts.list_of_post(session, post.id)
    return {row.id: row.name or row.username or row.platform for row in rows}


def _next_slot(
    session: Session,
    context: AppContext,
    post: PostWithSettings,
    allowed: AllowedActions,
    now: datetime,
) -> datetime | None:
    if PostAction.MOVE not in allowed.actions or post.locked.status is not PostStatus.DRAFT:
        return None
    return next(iter(next_free_slots(session, post.settings, now, context.scheduling, 1)), None)
