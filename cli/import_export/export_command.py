"""`slotbeat posts export`: posts as a calendar that can be imported."""

from pathlib import Path
from typing import Annotated

import typer

from cli.common_options import JsonOption, OrganizationOption
from cli.import_export.calendar_format import UPCOMING_STATUSES, CalendarFormat, format_of
from cli.output import stream_json
from models.statuses import PostStatus


def export(  # noqa: PLR0913, PLR0917  (each is an option)
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", dir_okay=False, help="The file; default: standard output."),
    ] = None,
    as_format: Annotated[
        CalendarFormat | None, typer.Option("--format", help="Default: by the file's name, or csv.")
    ] = None,
    status: Annotated[
        list[PostStatus] | None,
        typer.Option(help="Posts in this status, instead of those to come; may be repeated."),
    ] = None,
    start: Annotated[
        str | None, typer.Option("--from", help="Slot at or after this date or instant.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Slot on or before this date, or before an instant.")
    ] = None,
    fixed_times: Annotated[
        bool, typer.Option("--fixed-times", help="Write the slot's time for posts of the queue.")
    ] = False,
    files: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder to write the organization's own files to."),
    ] = None,
    org: OrganizationOption = None,
    as_json: JsonOption = False,
) -> None:
    """Export posts as a calendar, which can be imported here or in another organization.

    Without --status: posts that are still to come. Links are written with their signatures.

    Example: slotbeat posts export -o calendar.csv --from 2026-05-01
    """
    from cli.app_context import open_organization
    from cli.import_export.export_rows import ExportRows, open_files_folder, print_summary
    from cli.import_export.export_writer import WRITERS, open_output
    from cli.posts.post_list import build_filters
    from models.store.posts.post_filters import PostFilters

    with open_organization(org) as (context, owner):
        basic_filters = PostFilters(statuses=tuple(status) if status else UPCOMING_STATUSES)
        filters = build_filters(context, owner, basic_filters, start, end)
        folder = open_files_folder(files, out)
        rows = ExportRows(context, owner, filters, folder, fixed_times=fixed_times)
        if as_json and out is None:
            stream_json("posts", rows)
        else:
            with open_output(out) as file:
                WRITERS[as_format or format_of(out)](file, rows)
        missing_files = folder.missing if folder else []
    print_summary(rows, out, missing_files, as_json=as_json)
