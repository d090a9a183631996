"""Applies one change to a post under its locks, then waits up to 5 s for the provider to confirm
it."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from anyio import to_thread
from sqlmodel import Session

from models.posts import Post
from models.statuses import Desired, PostStatus
from models.store import clock
from models.store.posts import posts
from services import presenters, waiting
from services.context import AppContext
from services.posts.lookup import PostWithSettings, lock_post

# How long a request waits for the provider's acknowledgement, and how often it reads the post (s).
ACKNOWLEDGEMENT_TIMEOUT = 5.0
POLL_INTERVAL = 0.1
PostChange = Callable[[Session, AppContext, PostWithSettings, datetime], None]


async def apply_change(
    context: AppContext,
    organization_id: str,
    names: tuple[str | None, str | None],
    change: PostChange,
) -> dict[str, Any]:
    """Write the change and wait briefly for the provider; the answer to edit, remove and retry.

    `names`: the post's id and its job's id, one of which may be None.
    """
    post = await to_thread.run_sync(_write, context, organization_id, names, change)
    end = asyncio.get_running_loop().time() + ACKNOWLEDGEMENT_TIMEOUT
    is_waiting = _is_pending(post) and waiting.may_wait()
    while is_waiting and _is_pending(post) and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(POLL_INTERVAL)
        post = await to_thread.run_sync(_read, context, organization_id, post)
    return presenters.present_changed_post(post)


def _write(
    context: AppContext,
    organization_id: str,
    names: tuple[str | None, str | None],
    change: PostChange,
) -> Post:
    with context.database.write() as session:
        found = lock_post(session, organization_id, *names)
        change(session, context, found, clock.now(session))
        session.flush()
        session.expire_all()
        return posts.get(session, organization_id, found.post.id) or found.post


def _read(context: AppContext, organization_id: str, post: Post) -> Post:
    with context.database.read() as session:
        return posts.get(session, organization_id, post.id) or post


def _is_pending(post: Post) -> bool:
    """Whether the provider still has to acknowledge the change."""
    if post.status == PostStatus.CANCELLING:
        return True
    return post.status == PostStatus.SCHEDULED and post.desired == Desired.DRAFT
