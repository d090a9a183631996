"""`slotbeat posts retry|acknowledge|cancel|release|approve|reject|edit`: change one post."""

import getpass
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from sqlmodel import Session

from cli.app_context import open_organization
from cli.common_options import JsonOption, OrganizationOption, PostIdArgument
from cli.output import fail, print_json, print_line, print_warnings
from cli.posts.post_id import fail_without_post, resolve_post_id
from cli.time_format import format_local
from models.store import clock
from models.store.posts import posts
from services import presenters
from services.context import AppContext
from services.errors import FieldError, NotFound, ValidationFailed, field_errors
from services.inputs.post_bodies import EditBody
from services.posts import approval
from services.posts.acknowledge import acknowledge as acknowledge_post
from services.posts.edit import edit as edit_post
from services.posts.lookup import PostWithSettings, lock_post
from services.posts.remove import remove as remove_post
from services.posts.retry import retry as retry_post

ChangeFunction = Callable[[Session, AppContext, PostWithSettings, datetime], None]


def retry(
    post_id: PostIdArgument, org: OrganizationOption = None, as_json: JsonOption = False
) -> None:
    """Retry what was not published; what succeeded is not touched.

    Example: slotbeat posts retry 01a1ffe2812f71989636281eb0d02bec
    """
    _apply_change(post_id, org, retry_post, as_json=as_json)


def acknowledge(
    post_id: PostIdArgument,
    by: Annotated[
        str | None, typer.Option(help="Who leaves it so; without it, the user of this machine.")
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Leave a failed, partial, missed or unknown post as it is: it needs no more attention.

    Example: slotbeat posts acknowledge 01a1ffe2812f71989636281eb0d02bec --by Dana
    """
    who = by or _user_name()

    def change(session: Session, _: AppContext, found: PostWithSettings, now: datetime) -> None:
        acknowledge_post(session, found, who, now)

    _apply_change(post_id, org, change, as_json=as_json)


def cancel(
    post_id: PostIdArgument, org: OrganizationOption = None, as_json: JsonOption = False
) -> None:
    """Cancel a post, at the provider too: it is `cancelling` until a worker has done that.

    Example: slotbeat posts cancel 01a1ffe2812f71989636281eb0d02bec
    """
    _apply_change(post_id, org, remove_post, as_json=as_json)


def release(
    post_id: PostIdArgument,
    next_slot: Annotated[
        bool, typer.Option("--next-slot", help="Into the next free slot, instead of now.")
    ] = False,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Release a post that is on hold because it missed its slot.

    Example: slotbeat posts release 01a1ffe2812f71989636281eb0d02bec --next-slot
    """

    def change(session: Session, context: AppContext, found: PostWithSettings, _: datetime) -> None:
        approval.release(session, context, found, next_slot=next_slot)

    _apply_change(post_id, org, change, as_json=as_json)


def approve(
    post_id: PostIdArgument, org: OrganizationOption = None, as_json: JsonOption = False
) -> None:
    """Approve a post that waits for approval.

    Example: slotbeat posts approve 01a1ffe2812f71989636281eb0d02bec
    """
    _apply_change(post_id, org, approval.approve, as_json=as_json)


def reject(
    post_id: PostIdArgument,
    reason: Annotated[str | None, typer.Option(help="Why, for the author of the post.")] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Reject a post that waits for approval.

    Example: slotbeat posts reject 01a1ffe2812f71989636281eb0d02bec --reason "No logo"
    """

    def change(session: Session, _: AppContext, found: PostWithSettings, now: datetime) -> None:
        approval.reject(session, found, reason, now)

    _apply_change(post_id, org, change, as_json=as_json)


def edit(
    post_id: PostIdArgument,
    caption: Annotated[str | None, typer.Option(help="The new caption.")] = None,
    at: Annotated[
        str | None,
        typer.Option(help="When to publish it; without an offset in the organization's zone."),
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Make it a draft again.")] = False,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a post's caption or instant, or make it a draft again.

    Example: slotbeat posts edit 01a1ffe2812f71989636281eb0d02bec --at 2030-05-01T10:00
    """
    body = _build_edit_body(caption, at, draft=draft)
    warnings: list[FieldError] = []

    def change(
        session: Session, context: AppContext, found: PostWithSettings, now: datetime
    ) -> None:
        warnings.extend(edit_post(session, context, found, body, now))

    _apply_change(post_id, org, change, as_json=as_json, warnings=warnings)


def _user_name() -> str:
    """The user of this machine; a container may know none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


def _build_edit_body(caption: str | None, at: str | None, *, draft: bool) -> EditBody:
    if draft and at is not None:
        fail("--at: cannot be used with --draft", code=2)
    if not draft and at is None and caption is None:
        fail("nothing to change: give --caption, --at or --draft", code=2)
    mode = "draft" if draft else "schedule" if at is not None else None
    fields = {"mode": mode, "scheduledAt": at, "caption": caption}
    try:
        body = EditBody.model_validate(fields)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error.errors())) from None
    if caption is not None and body.caption is None:
        # The API reads an empty caption beside a time as "not given"; here it was typed.
        return body.model_copy(update={"caption": caption})
    return body


def _apply_change(
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
