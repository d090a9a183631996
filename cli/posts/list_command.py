"""`slotbeat posts list`: posts by status, network, slot and caption."""

from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.output import stream_json
from models.statuses import PostStatus

# For the table; JSON has no limit.
DEFAULT_LIMIT = 200


def _complete_platform(incomplete: str) -> list[str]:
    from services.inputs.field_types import PLATFORMS

    return [name for name in PLATFORMS if name.startswith(incomplete)]


PlatformOption = Annotated[
    list[str] | None,
    typer.Option(
        help="Posts for this network; may be repeated.", autocompletion=_complete_platform
    ),
]


def list_(  # noqa: PLR0913, PLR0917  (each is an option)
    status: Annotated[
        list[PostStatus] | None, typer.Option(help="Only posts in this status; may be repeated.")
    ] = None,
    platform: PlatformOption = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Slot at or after this date or instant.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Slot on or before this date, or before an instant.")
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option(help="Posts with this label; may be repeated.")
    ] = None,
    search: Annotated[
        str | None,
        typer.Option(help="Words of the texts, title or labels; case does not matter."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help=f"How many; default: {DEFAULT_LIMIT}, with --json all."),
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the posts, the newest first, with times in each post's own zone.

    Dates in options are dates of the organization's zone.

    Example: slotbeat posts list --status failed --status missed --from 2026-05-01
    """
    from cli.app_context import open_organization
    from cli.posts import post_list
    from models.store.posts.post_filters import PostFilters

    basic_filters = PostFilters(
        text=search or "", networks=platform or (), statuses=status or (), labels=label or ()
    )
    with open_organization(org) as (context, owner):
        filters = post_list.build_filters(context, owner, basic_filters, start, end)
        if as_json:
            stream_json("posts", post_list.iterate_rows(context, owner, filters, limit))
            return
        max_rows = limit or DEFAULT_LIMIT
        rows = list(post_list.iterate_rows(context, owner, filters, max_rows + 1))
    post_list.print_table(rows[:max_rows], has_more=len(rows) > max_rows)
