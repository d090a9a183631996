"""`slotbeat posts watch`: follows posts until they have ended."""

from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import print_json


def watch(
    post_ids: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ID", help="Posts, by id or its beginning; default: all that have not ended."
        ),
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow posts until all have ended, or until Ctrl-C: counts by status, and the next slot.

    Exit code 1 when one failed, was missed or is unknown.

    Example: slotbeat posts watch
    """
    from cli.app_context import open_organization
    from cli.posts.post_id import resolve_post_id
    from cli.posts.post_watcher import UNSETTLED, print_watch_summary, watch_until_settled
    from models.store.posts import post_queries

    with open_organization(org) as (context, owner):
        if post_ids:
            resolved = (resolve_post_id(context.database, owner, each) for each in post_ids)
            ids = list(dict.fromkeys(resolved))
        else:
            with context.database.read() as session:
                ids = post_queries.list_ids(session, owner, UNSETTLED)
        summary = watch_until_settled(context, owner, ids, silent=as_json)
    if as_json:
        print_json(summary.as_json())
    else:
        print_watch_summary(summary)
    raise typer.Exit(summary.exit_code)
