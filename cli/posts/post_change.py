"""One change of one post, in a transaction, and what the command prints of it."""

import getpass
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlmodel import Session

from cli.app_context import open_organization
from cli.output import print_json, print_line, print_warnings
from cli.posts.post_id import fail_without_post, resolve_post_id
from cli.time_format import format_local
from models.store import clock
from models.store.posts import posts
from services import presenters
from services.context import AppContext
from services.errors import FieldError, NotFound
from services.posts import approval
from services.posts.acknowledge import acknowledge as acknowledge_post
from services.posts.lookup import PostWithSettings, lock_post
from services.posts.remove import remove as cancel
from services.posts.retry import retry

ChangeFunction = Callable[[Session, AppContext, PostWithSettings, datetime], None]
__all__ = [
    "acknowledge",
    "apply",
    "approve",
    "cancel",
    "reject",
    "release",
    "request_changes",
    "retry",
    "submit",
]


def acknowledge(
    session: Session, _: AppContext, found: PostWithSettings, now: datetime, *, who: str | None
) -> None:
    """Leave the post as it is; without `who`, for the user of this machine."""
    acknowledge_post(session, found, who or _user_name(), now)


def release(
    session: Session, context: AppContext, found: PostWithSettings, _: datetime, *, next_slot: bool
) -> None:
    """Release a post that is on hold."""
    approval.release(session, context, found, next_slot=next_slot)


def approve(
    session: Session,
    context: AppContext,
    found: PostWithSettings,
    now: datetime,
    *,
    who: str | None,
) -> None:
    """Approve a post; without `who`, by the user of this machine."""
    approval.approve(session, context, found, now, by=who or _user_name())


def request_changes(
    session: Session,
    _: AppContext,
    found: PostWithSettings,
    now: datetime,
    *,
    comment: str,
    who: str | None,
) -> None:
    """Send a post back to its writer."""
    approval.request_changes(session, found, comment, who or _user_name(), now)


def submit(
    session: Session, _: AppContext, found: PostWithSettings, now: datetime, *, comment: str | None
) -> None:
    """Let a post wait for approval again."""
    approval.submit(session, found, comment or None, now)


def reject(
    session: Session,
    _: AppContext,
    found: PostWithSettings,
    now: datetime,
    *,
    reason: str | None,
    who: str | None,
) -> None:
    """Reject a post that waits for approval."""
    approval.reject(session, found, reason, now, by=who or _user_name())


def _user_name() -> str:
    """The user of this machine; a container may know none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def apply(
    post_id: str,
    org: str | None,
    change: ChangeFunction,
    *,
    as_json: bool,
    warnings: Sequence[FieldError] = (),
) -> None:
    """Change the post, and print it. `warnings` may be filled by the change."""
    with open_organization(org) as (context, owner):
        id_ = resolve_post_id(context.database, owner, post_id)
        with fail_if_not_found(id_):
            response, zone = _commit_change(context, owner, id_, change)
    if as_json:
        print_json({**response, **presenters.present_warnings(warnings)})
        return
    print_warnings(warnings)
    post = response["post"]
    at = post["scheduledFor"] and format_local(datetime.fromisoformat(post["scheduledFor"]), zone)
    print_line(f"{id_}: {post['status']}" + (f", {at}" if at else ""))


def _commit_change(
    context: AppContext, owner: str, post_id: str, change: ChangeFunction
) -> tuple[dict[str, Any], str]:
    """Change the post in one transaction; the changed post in the API's JSON, and its zone."""
    with context.database.write() as session:
        found = lock_post(session, owner, post_id, None)
        change(session, context, found, clock.now(session))
        session.flush()
        session.expire_all()
        post = posts.get(session, owner, post_id) or found.post
        return presenters.present_changed_post(post), post.timezone


@contextmanager
def fail_if_not_found(post_id: str) -> Iterator[None]:
    """End the command with an error that names the id, if there is no such post."""
    try:
        yield
    except NotFound:
        fail_without_post(post_id)
