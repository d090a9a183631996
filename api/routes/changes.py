"""Changing posts that were accepted: edit, remove, retry."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from api import answers
from api.deps import Around, OrganizationId, Surroundings
from api.posts.edit import edit
from api.posts.lookup import Found, find
from api.posts.remove import remove
from api.posts.retry import retry
from api.schemas.posts import EditBody, RemoveBody
from models.posts import Post
from models.statuses import Desired, PostStatus
from models.store import clock, posts

router = APIRouter(tags=["posts"])
# How long a request waits for the provider's acknowledgement, and how often it looks (s).
ACKNOWLEDGEMENT = 5.0
LOOK = 0.1
Change = Callable[[Session, Surroundings, Found, datetime], None]


@router.post("/edit")
async def edit_post(
    body: EditBody, around: Around, organization_id: OrganizationId
) -> dict[str, Any]:
    """Change a post's caption, its instant, or make it a draft again."""

    def change(session: Session, around: Surroundings, found: Found, now: datetime) -> None:
        edit(session, around, found, body, now)

    names = (body.postId, body.jobId)
    return await _changed(around, organization_id, names, change)


@router.post("/remove")
async def remove_post(
    body: RemoveBody, around: Around, organization_id: OrganizationId
) -> dict[str, Any]:
    """Cancel a post, at the provider too; `cancelling` until the provider acknowledged it."""
    return await _changed(around, organization_id, (body.postId, body.jobId), remove)


@router.post("/posts/{post_id}/retry")
async def retry_post(
    post_id: str, around: Around, organization_id: OrganizationId
) -> dict[str, Any]:
    """Try again what did not go out."""
    return await _changed(around, organization_id, (post_id, None), retry)


async def _changed(
    around: Surroundings, organization_id: str, names: tuple[str | None, str | None], change: Change
) -> dict[str, Any]:
    """Write the change, and wait a little for what the provider has to say to it."""
    post = await run_in_threadpool(_write, around, organization_id, names, change)
    end = asyncio.get_running_loop().time() + ACKNOWLEDGEMENT
    while _is_pending(post) and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(LOOK)
        post = await run_in_threadpool(_read, around, organization_id, post)
    return answers.changed(post)


def _write(
    around: Surroundings, organization_id: str, names: tuple[str | None, str | None], change: Change
) -> Post:
    with around.database.write() as session:
        found = find(session, organization_id, *names)
        change(session, around, found, clock.now(session))
        session.flush()
        session.expire_all()
        return posts.get(session, organization_id, found.post.id) or found.post


def _read(around: Surroundings, organization_id: str, post: Post) -> Post:
    with around.database.read() as session:
        return posts.get(session, organization_id, post.id) or post


def _is_pending(post: Post) -> bool:
    """Whether the provider has to acknowledge what the person asked for."""
    if post.status == PostStatus.CANCELLING:
        return True
    return post.status == PostStatus.SCHEDULED and post.desired == Desired.DRAFT
