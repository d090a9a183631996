"""`slotbeat posts watch`: follows posts until they have ended."""

from typing import Annotated

import typer

from cli.around import opened
from cli.batch.watching import AT_REST, follow, show_watched
from cli.options import Org
from cli.output import Json, fail, print_json
from models.statuses import PostStatus
from models.store import listing, posts
from models.store.listing import PostFilters

UNDER_WAY = tuple(status for status in PostStatus if status not in AT_REST)


def watch(
    post_ids: Annotated[
        list[str] | None, typer.Argument(metavar="ID", help="Posts; without, all under way.")
    ] = None,
    org: Org = None,
    as_json: Json = False,
) -> None:
    """Follow posts until all have ended, or until Ctrl-C: how many are where, and the next slot.

    Exit code 1 when one failed, was missed or is unknown.

    Example: slotbeat posts watch
    """
    with opened(org) as (around, owner):
        with around.database.read() as session:
            if post_ids:
                ids = list(posts.find_by_ids(session, owner, post_ids))
            else:
                ids = listing.list_ids(session, owner, PostFilters(statuses=UNDER_WAY))
        missing = sorted(set(post_ids or ()) - set(ids))
        if missing:
            fail(f"there is no post {missing[0]!r} (slotbeat posts list)", as_json=as_json)
        watched = follow(around, owner, ids, silent=as_json)
    if as_json:
        print_json(watched.as_json())
    else:
        show_watched(watched)
    raise typer.Exit(watched.exit_code)
