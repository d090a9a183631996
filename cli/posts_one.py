"""`slotbeat posts show|retry|cancel`: one post, by its id."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlmodel import Session

from api import answers
from api.deps import Surroundings
from api.errors import ApiError
from api.posts.lookup import Found, find
from api.posts.remove import remove
from api.posts.retry import retry as retry_found
from api.posts.timeline import timeline
from cli.around import open_surroundings
from cli.opening import Org, organization_id, settings_or_fail
from cli.output import Json, console, fail, print_json, table
from models.store import clock, posts

PostId = Annotated[str, typer.Argument(help="The id of a post (slotbeat posts list).")]
Change = Callable[[Session, Surroundings, Found, datetime], None]
COLUMNS = ["at", "subject", "step", "outcome", "durationMs", "httpStatus", "message"]


def show(post_id: PostId, org: Org = None, as_json: Json = False) -> None:
    """Show a post with its deliveries and the history of every attempt.

    Example: slotbeat posts show 01a1ffe2812f71989636281eb0d02bec
    """
    around, owner = _open(org)
    try:
        with around.database.read() as session:
            shown = timeline(session, around.vault, owner, post_id)
    except ApiError as error:
        fail(error.message, as_json=as_json)
    finally:
        around.database.close()
    # A source link may carry a signature.
    shown = {name: value for name, value in shown.items() if not name.endswith("Url")}
    print_json({"post": shown}) if as_json else _print(shown)


def _print(shown: dict[str, Any]) -> None:
    lines = [f"{shown['id']}: {shown['status']}", f"caption: {shown['caption']}"]
    lines += [f"slot: {shown['scheduledFor']}"] if shown["scheduledFor"] else []
    lines += [f"reason: {shown['providerError']}"] if shown["providerError"] else []
    for each in shown["providerPlatforms"]:
        parts = [each["status"], each["stage"], each["link"], each["error"]]
        lines.append(f"{each['platform']}: {', '.join(part for part in parts if part)}")
    console.print("\n".join(lines), markup=False, highlight=False)
    cells = [[event[name] for name in COLUMNS] for event in shown["history"]]
    console.print(table("History", COLUMNS, cells))


def retry(post_id: PostId, org: Org = None, as_json: Json = False) -> None:
    """Try again what did not go out; what succeeded is not touched.

    Example: slotbeat posts retry 01a1ffe2812f71989636281eb0d02bec
    """
    _change(post_id, org, retry_found, as_json=as_json)


def cancel(post_id: PostId, org: Org = None, as_json: Json = False) -> None:
    """Cancel a post, at the provider too: `cancelling` until a worker has seen to that.

    Example: slotbeat posts cancel 01a1ffe2812f71989636281eb0d02bec
    """
    _change(post_id, org, remove, as_json=as_json)


def _change(post_id: str, org: str | None, change: Change, *, as_json: bool) -> None:
    around, owner = _open(org)
    try:
        with around.database.write() as session:
            found = find(session, owner, post_id, None)
            change(session, around, found, clock.now(session))
            session.flush()
            session.expire_all()
            post = posts.get(session, owner, post_id) or found.post
            answer = answers.changed(post)
    except ApiError as error:
        fail(error.message, as_json=as_json)
    finally:
        around.database.close()
    if as_json:
        print_json(answer)
    else:
        console.print(f"{post_id}: {answer['post']['status']}", highlight=False)


def _open(org: str | None) -> tuple[Surroundings, str]:
    around = open_surroundings(settings_or_fail())
    return around, organization_id(around.database, org)
