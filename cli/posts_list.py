"""`slotbeat posts list`: the posts, narrowed to what is looked for."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from api import answers
from api.calendar.ranges import instant
from api.deps import Surroundings
from api.errors import wrong
from api.schemas.base import PLATFORMS
from cli.around import opened, zone_of
from cli.options import Org
from cli.output import Json, console, say, stream_json, table
from cli.times import local
from models.posts import Post
from models.statuses import PostStatus
from models.store import history, listing
from models.store.listing import NO_FILTERS, PageCursor, PostFilters

PAGE = 500
# People read a table; programs get all.
SHOWN = 200
NAMES = ["id", "type", "platforms", "slot", "status", "attempts", "reason"]


def _platforms(incomplete: str) -> list[str]:
    return [name for name in PLATFORMS if name.startswith(incomplete)]


Platform = Annotated[
    str | None, typer.Option(help="Posts for this network.", autocompletion=_platforms)
]


def list_(  # noqa: PLR0913, PLR0917  (each is an option)
    status: Annotated[
        list[PostStatus] | None, typer.Option(help="Only posts that are so; may be repeated.")
    ] = None,
    platform: Platform = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Slot at or after this date or instant.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Slot on or before this date, or before an instant.")
    ] = None,
    search: Annotated[str | None, typer.Option(help="Part of the caption, in any case.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help=f"How many; {SHOWN}, or with --json all.")
    ] = None,
    org: Org = None,
    as_json: Json = False,
) -> None:
    """List the posts, most recent first, times in each post's own zone.

    Dates are those of the organization's zone.

    Example: slotbeat posts list --status failed --status missed --from 2026-05-01
    """
    asked = PostFilters(statuses=status or (), platform=platform, search=search)
    with opened(org) as (around, owner):
        filters = within(around, owner, asked, start, end)
        if as_json:
            stream_json("posts", _rows(around, owner, filters, limit))
            return
        most = limit or SHOWN
        rows = list(_rows(around, owner, filters, most + 1))
    _print(rows[:most], has_more=len(rows) > most)


def within(
    around: Surroundings, owner: str, asked: PostFilters, start: str | None, end: str | None
) -> PostFilters:
    """With the stretch of time, and everything valid."""
    if asked.platform is not None and asked.platform not in PLATFORMS:
        known = ", ".join(PLATFORMS)
        raise wrong("platform", f"{asked.platform!r} is unknown; choose from {known}")
    with around.database.read() as session:
        zone = zone_of(session, owner)
    first = instant("from", start, zone) if start is not None else None
    last = instant("to", end, zone, is_end=True) if end is not None else None
    if first is not None and last is not None and last <= first:
        raise wrong("to", "must lie after --from")
    return PostFilters(
        statuses=asked.statuses,
        platform=asked.platform,
        search=asked.search,
        start=first,
        end=last,
    )


def _print(rows: list[dict[str, Any]], *, has_more: bool) -> None:
    console.print(table("Posts", NAMES, ([row[name] for name in NAMES] for row in rows)))
    if has_more:
        say(f"There are more than these {len(rows)}; --limit N shows more, --json all.")


def listed(around: Surroundings, owner: str) -> list[dict[str, Any]]:
    """All posts of an organization as this command shows them."""
    return list(_rows(around, owner, NO_FILTERS, None))


def _rows(
    around: Surroundings, owner: str, filters: PostFilters, limit: int | None
) -> Iterator[dict[str, Any]]:
    """A page a transaction: a long list keeps nobody waiting."""
    behind, left = None, limit
    while left is None or left > 0:
        size = PAGE if left is None else min(PAGE, left)
        with around.database.read() as session:
            found = listing.list_page(session, owner, filters, behind, size)
            attempts = history.count_calls(session, [post.id for post in found])
        yield from (_shown(post, attempts.get(post.id, 0)) for post in found)
        if len(found) < size:
            return
        behind = PageCursor(found[-1].accepted_at, found[-1].id)
        left = None if left is None else left - size


def _shown(post: Post, attempts: int) -> dict[str, Any]:
    return {
        "id": post.id,
        "key": post.row_key,
        "type": post.post_type,
        "platforms": " ".join(post.platforms),
        "slot": local(post.scheduled_for, post.timezone),
        "scheduledFor": answers.instant(post.scheduled_for),
        "status": str(post.status),
        "attempts": attempts,
        "reason": post.reason,
    }
